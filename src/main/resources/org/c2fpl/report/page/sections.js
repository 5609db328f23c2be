/*
 * Behaviour of every page with sections and tables.
 */

/** Marks the section being read in the navigation. */
function followReading() {
  const links = new Map([...document.querySelectorAll('nav a[href^="#"]')].map((link) => [link.getAttribute('href').slice(1), link]));
  const visible = new Set();
  const observer = new IntersectionObserver((entries) => {
    entries.forEach(({ target, isIntersecting }) => (isIntersecting ? visible.add(target.id) : visible.delete(target.id)));
    const first = [...links.keys()].find((id) => visible.has(id));
    links.forEach((link, id) => (id === first ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current')));
  }, { rootMargin: '-15% 0px -60% 0px' });
  document.querySelectorAll('main > section[id]').forEach((section) => observer.observe(section));
}

/** Content that scrolls sideways must be reachable by keyboard, too. */
function focusableScrolls() {
  document.querySelectorAll('.scroll').forEach((scroll) => {
    const title = scroll.closest('section')?.querySelector('h2')?.textContent ?? 'Table';
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'group');
    scroll.setAttribute('aria-label', `${title}: table`);
  });
}
