package tocsin.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The SQL files of one folder in the order of their names, from the jar or from a directory. */
public final class SqlFolder {
  /** Where the build puts flink-sql/ in the jar. */
  private static final String IN_JAR = "/flink-sql";

  private SqlFolder() {}

  /** One file, by its name without folders. */
  public record SqlFile(String name, SqlText text) {}

  /** The files of flink-sql/{@code folder} that travel in the jar. */
  public static List<SqlFile> ofJar(String folder) {
    try {
      URI uri = SqlFolder.class.getResource(IN_JAR).toURI();
      if (!uri.getScheme().equals("jar")) {
        return ofDirectory(Path.of(uri).resolve(folder));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return ofDirectory(jar.getPath(IN_JAR, folder));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The files of a directory; none when it does not exist. */
  public static List<SqlFile> ofDirectory(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<SqlFile> files = new ArrayList<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.sorted().toList()) {
        String name = path.getFileName().toString();
        if (name.endsWith(".sql")) {
          files.add(new SqlFile(name, new SqlText(name, Files.readString(path))));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return files;
  }
}
