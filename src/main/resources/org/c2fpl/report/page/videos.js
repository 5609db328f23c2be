/*
 * The list of videos: search, order, pages, keys.
 */

const VIDEOS_A_PAGE = 50;

const VIDEO_ORDERS = {
  peak: ['Highest peak first', () => 0],
  name: ['By name', (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)],
  auc: ['Lowest AUC first', (a, b) => (a.auc ?? 2) - (b.auc ?? 2)],
};

/** What a search looks at, in lower case. */
function searchable(video) {
  return [video.id, video.class, video.camera, video.split, video.batch, video.model].filter(Boolean).join('\n').toLowerCase();
}

/** @param {function(number)} choose called with the index of the video that the reader wants */
class VideoList {
  constructor(choose) {
    this.choose = choose;
    this.texts = data.videos.map(searchable);
    this.page = 0;
    this.chosen = 0;
    this.search = element('input', { type: 'search', id: 'video-search', autocomplete: 'off', spellcheck: 'false', placeholder: 'Name, class or camera' });
    this.order = element('select', { id: 'video-order' },
      ...Object.entries(VIDEO_ORDERS)
        .filter(([key]) => key !== 'auc' || data.videos.some(({ auc }) => auc !== null && auc !== undefined))
        .map(([key, [title]]) => element('option', { value: key }, title)));
    this.found = element('p', { class: 'found', id: 'video-count', 'aria-live': 'polite' });
    this.list = element('ul', { class: 'video-list', 'aria-label': 'Videos' });
    this.pages = pager('videos', (page) => this.show(page, true));
    this.node = element('div', { class: 'picker' },
      element('div', { class: 'field' }, element('label', { for: 'video-search' }, 'Find a video'), this.search),
      element('div', { class: 'field' }, element('label', { for: 'video-order' }, 'Order'), this.order),
      this.found, this.list, this.pages.node);
    this.search.addEventListener('input', settled(() => this.match()));
    this.search.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown') {
        event.preventDefault();
        this.list.querySelector('button')?.focus();
      }
    });
    this.order.addEventListener('change', () => this.match());
    this.list.addEventListener('keydown', (event) => this.key(event));
    this.match();
  }

  /** Lists what the search finds. */
  match() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.matches = data.videos.map((_, i) => i).filter((i) => words.every((word) => this.texts[i].includes(word)));
    const compare = VIDEO_ORDERS[this.order.value][1];
    this.matches.sort((a, b) => compare(data.videos[a], data.videos[b]) || a - b);
    const { videos, listedVideos } = data.totals;
    const unlisted = videos > listedVideos ? `; ${count(videos - listedVideos)} with lower peaks are not on this page` : '';
    this.found.textContent = `${this.matches.length === data.videos.length ? plural(data.videos.length, 'video') : `${count(this.matches.length)} of ${plural(data.videos.length, 'video')}`}${unlisted}`;
    this.show(0);
  }

  /** Shows a page; `focus` moves the keyboard to its first (or last) row. */
  show(page, focus = false, last = false) {
    const pages = Math.max(1, Math.ceil(this.matches.length / VIDEOS_A_PAGE));
    if (page < 0 || page >= pages) {
      return;
    }
    this.page = page;
    const rows = this.matches.slice(page * VIDEOS_A_PAGE, (page + 1) * VIDEOS_A_PAGE);
    this.list.replaceChildren(...rows.map((i) => element('li', {}, this.row(i))));
    this.list.scrollTop = 0;
    this.pages.show(page, pages);
    this.mark();
    if (focus) {
      const buttons = this.list.querySelectorAll('button');
      this.focus(buttons[last ? buttons.length - 1 : 0]);
    }
  }

  row(i) {
    const video = data.videos[i];
    const kind = video.class ?? (video.label === 1 ? 'anomalous' : video.label === 0 ? 'normal' : null);
    const bar = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span', {}));
    bar.firstChild.style.width = `${Math.min(100, (video.peak / SCORE_LIMIT) * 100)}%`;
    return element('button', { type: 'button', 'data-video': i, title: visible(video.id), onclick: () => this.choose(i) },
      element('span', { class: 'name' }, named(video.id)),
      element('span', { class: 'peak' }, element('span', { class: 'visually-hidden' }, 'peak '), score(video.peak, 3)),
      element('span', { class: 'what' }, named(kind === null ? lengthOf(video) : `${kind} · ${lengthOf(video)}`)),
      bar);
  }

  /** One row at a time is reached by Tab: the chosen one, otherwise the first. */
  mark() {
    const buttons = [...this.list.querySelectorAll('button')];
    const current = buttons.find((button) => Number(button.dataset.video) === this.chosen);
    buttons.forEach((button) => {
      button.tabIndex = button === (current ?? buttons[0]) ? 0 : -1;
      button.toggleAttribute('aria-current', false);
    });
    current?.setAttribute('aria-current', 'true');
  }

  /** Marks a video as the chosen one, turning to its page if the search has it. */
  select(i) {
    this.chosen = i;
    const at = this.matches.indexOf(i);
    const page = Math.floor(at / VIDEOS_A_PAGE);
    if (at >= 0 && page !== this.page) {
      this.show(page);
    }
    this.mark();
    const row = this.list.querySelector('[aria-current]');
    if (row !== null) {
      // Not scrollIntoView, which would scroll the page as well.
      const outside = row.offsetTop < this.list.scrollTop || row.offsetTop + row.offsetHeight > this.list.scrollTop + this.list.clientHeight;
      if (outside) {
        this.list.scrollTop = row.offsetTop - this.list.clientHeight / 2;
      }
    }
  }

  focus(button) {
    if (button) {
      this.list.querySelectorAll('button').forEach((other) => (other.tabIndex = other === button ? 0 : -1));
      button.focus();
    }
  }

  key(event) {
    const buttons = [...this.list.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement);
    const moves = {
      ArrowDown: () => (at + 1 < buttons.length ? this.focus(buttons[at + 1]) : this.show(this.page + 1, true)),
      ArrowUp: () => (at > 0 ? this.focus(buttons[at - 1]) : this.show(this.page - 1, true, true)),
      Home: () => this.focus(buttons[0]),
      End: () => this.focus(buttons.at(-1)),
      PageDown: () => this.show(this.page + 1, true),
      PageUp: () => this.show(this.page - 1, true),
    };
    if (at >= 0 && moves[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      moves[event.key]();
    }
  }
}
