package org.c2fpl.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.RecordComponentVisitor;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.Remapper;

/**
 * The program with other names: every class, field, record component and enum constant is called
 * {@code ...Renamed}. The classes of one package, which load the others, keep their names.
 */
final class Renaming extends ClassLoader {
  private static final String OURS = "org/c2fpl/";
  private static final String SUFFIX = "Renamed";

  private final String kept;
  private final Map<String, Set<String>> components = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> constants = new ConcurrentHashMap<>();

  /**
   * @param asks a class of the package that keeps its names
   */
  Renaming(Class<?> asks) {
    super(asks.getClassLoader());
    this.kept = asks.getPackageName().replace('.', '/') + "/";
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.replace('.', '/').startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] code = renamed(original(name.replace('.', '/')));
        loaded = defineClass(name, code, 0, code.length);
      }
      return loaded;
    }
  }

  private static String original(String name) {
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private boolean isRenamed(String owner) {
    return owner.startsWith(OURS) && !owner.startsWith(kept);
  }

  private byte[] code(String name) {
    try (InputStream in = getParent().getResourceAsStream(name + ".class")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] renamed(String name) {
    ClassWriter writer = new ClassWriter(0);
    ClassVisitor texts =
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String method, String type, String signature, String[] thrown) {
            return new Texts(
                super.visitMethod(access, method, type, signature, thrown),
                method.equals("<clinit>") ? constants(name) : Set.of(),
                isRenamed(name));
          }
        };
    new ClassReader(code(name)).accept(new ClassRemapper(texts, new Names()), 0);
    return writer.toByteArray();
  }

  /** The names of an enum's constants; none for other classes. */
  private Set<String> constants(String name) {
    return isRenamed(name) ? members(name, constants, Opcodes.ACC_ENUM) : Set.of();
  }

  /** The names of a record's components; none for other classes. */
  private Set<String> components(String name) {
    return isRenamed(name) ? members(name, components, 0) : Set.of();
  }

  private Set<String> members(String name, Map<String, Set<String>> known, int flag) {
    return known.computeIfAbsent(
        name,
        any -> {
          Set<String> found = new HashSet<>();
          new ClassReader(code(name))
              .accept(
                  new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public FieldVisitor visitField(
                        int access, String field, String type, String signature, Object value) {
                      if (flag != 0 && (access & flag) != 0) {
                        found.add(field);
                      }
                      return null;
                    }

                    @Override
                    public RecordComponentVisitor visitRecordComponent(
                        String component, String type, String signature) {
                      if (flag == 0) {
                        found.add(component);
                      }
                      return null;
                    }
                  },
                  ClassReader.SKIP_CODE);
          return found;
        });
  }

  private final class Names extends Remapper {
    @Override
    public String map(String name) {
      return isRenamed(name) ? name + SUFFIX : name;
    }

    @Override
    public String mapFieldName(String owner, String name, String descriptor) {
      return isRenamed(owner) ? name + SUFFIX : name;
    }

    @Override
    public String mapRecordComponentName(String owner, String name, String descriptor) {
      return isRenamed(owner) ? name + SUFFIX : name;
    }

    @Override
    public String mapMethodName(String owner, String name, String descriptor) {
      return descriptor.startsWith("()") && components(owner).contains(name) ? name + SUFFIX : name;
    }
  }

  /** The constants from which {@code Enum.name()} and a record's {@code toString} take names. */
  private static final class Texts extends MethodVisitor {
    private final Set<String> constants;
    private final boolean renamed;

    Texts(MethodVisitor next, Set<String> constants, boolean renamed) {
      super(Opcodes.ASM9, next);
      this.constants = constants;
      this.renamed = renamed;
    }

    @Override
    public void visitLdcInsn(Object value) {
      super.visitLdcInsn(constants.contains(value) ? value + SUFFIX : value);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      Object[] changed = arguments.clone();
      if (renamed
          && bootstrap.getOwner().equals("java/lang/runtime/ObjectMethods")
          && !changed[1].equals("")) {
        changed[1] = ((String) changed[1]).replace(";", SUFFIX + ";") + SUFFIX;
      }
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, changed);
    }
  }
}
