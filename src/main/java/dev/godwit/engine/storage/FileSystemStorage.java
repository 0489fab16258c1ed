package dev.godwit.engine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// Keeps objects as files below a folder. An object is written beside its place under a name of its
/// own, forced to the disk and then renamed, so a crash never leaves half an object under its name.
/// What a crash leaves beside it goes when the object is written again; of two writers at once one
/// fails.
public final class FileSystemStorage implements Storage {

  private static final String PENDING_SUFFIX = ".godwit-pending";
  private static final int UUID_LENGTH = 36;

  private final Path root;
  private final Opener opener;

  /// @param root the folder; it is made with the first object
  public FileSystemStorage(Path root) {
    this(
        root,
        pending ->
            FileChannel.open(
                pending,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                notForOthers(pending)));
  }

  /// For tests of a full disk.
  FileSystemStorage(Path root, Opener opener) {
    this.root = root.toAbsolutePath().normalize();
    this.opener = opener;
  }

  /// A backup holds what the database does. The group may read: in a cluster it is the volume's.
  private static FileAttribute<?>[] notForOthers(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
        }
        : new FileAttribute<?>[0];
  }

  /// Opens a new file for writing.
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path pending) throws IOException;
  }

  @Override
  public PendingObject create(String name) throws IOException {
    Path target = resolve(name);
    try {
      Files.createDirectories(target.getParent());
      refuseLinkOutside(target.getParent(), name);
      deleteLeftovers(target);
      Path pending =
          target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + PENDING_SUFFIX);
      return new PendingFile(pending, target);
    } catch (IOException failed) {
      throw explained(failed, name);
    }
  }

  @Override
  public InputStream open(String name, long offset, long length) throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(existing(name), StandardOpenOption.READ);
    try {
      channel.position(offset);
      return new Bounded(Channels.newInputStream(channel), length);
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(existing(name));
  }

  @Override
  public boolean exists(String name) throws IOException {
    Path path = resolve(name);
    if (!isFile(path)) {
      return false;
    }
    refuseLinkOutside(path, name);
    return true;
  }

  @Override
  public List<String> list(String folder) throws IOException {
    boolean isWhole = folder.isEmpty();
    Path named = isWhole ? root : resolve(folder);
    // The root may be a link: somebody said that backups are there. What is below it must not.
    LinkOption[] links = isWhole ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    if (attributes(named, links).filter(BasicFileAttributes::isDirectory).isEmpty()) {
      return List.of();
    }
    Path start = isWhole ? root.toRealPath() : named;
    Path base = isWhole ? start : root;
    try (Stream<Path> files = Files.walk(start)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.getFileName().toString().endsWith(PENDING_SUFFIX))
          .map(file -> base.relativize(file).toString().replace(java.io.File.separatorChar, '/'))
          .sorted()
          .toList();
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = resolve(name);
    if (attributes(path.getParent()).isPresent()) {
      refuseLinkOutside(path.getParent(), name);
      Files.deleteIfExists(path);
      deleteLeftovers(path);
      deleteEmptyFolders(path.getParent());
    }
  }

  @Override
  public String describe() {
    return "folder " + root;
  }

  /// A folder that somebody fills at the same moment stays.
  private void deleteEmptyFolders(Path lowest) throws IOException {
    try {
      for (Path folder = lowest; !folder.equals(root); folder = folder.getParent()) {
        Files.deleteIfExists(folder);
      }
    } catch (DirectoryNotEmptyException inUse) {
      // It holds other objects.
    }
  }

  private static void deleteLeftovers(Path target) throws IOException {
    List<Path> leftovers;
    try (Stream<Path> files = Files.list(target.getParent())) {
      leftovers = files.filter(file -> isPendingOf(target, file)).toList();
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
    for (Path leftover : leftovers) {
      Files.deleteIfExists(leftover);
    }
  }

  private static boolean isPendingOf(Path target, Path file) {
    String prefix = target.getFileName() + ".";
    String name = file.getFileName().toString();
    return name.startsWith(prefix)
        && name.endsWith(PENDING_SUFFIX)
        && name.length() == prefix.length() + UUID_LENGTH + PENDING_SUFFIX.length();
  }

  private Path existing(String name) throws IOException {
    Path path = resolve(name);
    if (!isFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    refuseLinkOutside(path, name);
    return path;
  }

  private boolean isFile(Path path) throws IOException {
    return attributes(path).filter(BasicFileAttributes::isRegularFile).isPresent();
  }

  /// Empty only when there is surely nothing: a volume that does not answer, as a mount of NFS
  /// whose server is gone, is a failure.
  private Optional<BasicFileAttributes> attributes(Path path, LinkOption... options)
      throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, options));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (FileSystemException failed) {
      if (isBelowAFile(path)) {
        return Optional.empty();
      }
      throw failed;
    }
  }

  /// Java has no exception of its own for that.
  private boolean isBelowAFile(Path path) {
    for (Path above = path.getParent();
        above != null && above.startsWith(root);
        above = above.getParent()) {
      if (Files.isRegularFile(above)) {
        return true;
      }
    }
    return false;
  }

  private Path resolve(String name) {
    if (!ObjectName.isValid(name)
        || Stream.of(name.split("/")).anyMatch(segment -> segment.endsWith(PENDING_SUFFIX))) {
      throw badName(name);
    }
    Path path = root.resolve(name).normalize();
    if (!path.startsWith(root) || path.equals(root)) {
      throw badName(name);
    }
    return path;
  }

  /// A symbolic link may lead out of the root although the name does not.
  private void refuseLinkOutside(Path path, String name) throws IOException {
    if (!path.toRealPath().startsWith(root.toRealPath())) {
      throw badName(name);
    }
  }

  private InvalidNameException badName(String name) {
    return ObjectName.invalid(name, describe());
  }

  private IOException explained(IOException failed, String name) {
    String message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("no space left") || message.contains("quota exceeded")) {
      return new StorageFullException(
          "no room left in %s to write '%s' (%s free)".formatted(describe(), name, freeText()),
          failed);
    }
    return failed;
  }

  @Override
  public OptionalLong free() throws IOException {
    Path folder = root;
    while (attributes(folder).isEmpty()) {
      folder = folder.getParent();
    }
    return OptionalLong.of(Files.getFileStore(folder).getUsableSpace());
  }

  private String freeText() {
    try {
      return free().getAsLong() + " bytes";
    } catch (IOException unknown) {
      return "unknown";
    }
  }

  private final class PendingFile extends PendingObject {

    private final Path pending;
    private final Path target;
    private final String name;
    private final FileChannel channel;
    private boolean committed;

    PendingFile(Path pending, Path target) throws IOException {
      this.pending = pending;
      this.target = target;
      this.name = root.relativize(target).toString();
      this.channel = opener.open(pending);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      } catch (IOException failed) {
        throw explained(failed, name);
      }
    }

    @Override
    public void commit() throws IOException {
      try {
        channel.force(true);
        channel.close();
        move();
        forceFolder();
        committed = true;
      } catch (IOException failed) {
        throw explained(failed, name);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
      if (!committed) {
        Files.deleteIfExists(pending);
      }
    }

    private void move() throws IOException {
      try {
        Files.move(
            pending, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException unsupported) {
        throw new IOException(
            "%s cannot rename files atomically; use another volume".formatted(describe()),
            unsupported);
      }
    }

    /// Without this the rename itself may be lost when the node loses its power.
    private void forceFolder() throws IOException {
      for (Path folder = target.getParent();
          folder != null && folder.startsWith(root);
          folder = folder.getParent()) {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
          entries.force(true);
        }
      }
    }
  }
}
