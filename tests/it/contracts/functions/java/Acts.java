package garden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** What every function of the table does, by its event's "do". Others hand it each contract's events. */
public final class Acts {
    private static final String VERSION = "one";
    private static final String INSTANCE = UUID.randomUUID().toString();
    private static final AtomicInteger CALLS = new AtomicInteger();

    private Acts() {
    }

    public static Map<String, Object> act(Map<String, String> event) {
        Map<String, Object> said = new HashMap<>();
        said.put("hello", event.get("name"));
        said.put("version", VERSION);
        said.put("instance", INSTANCE);
        said.put("calls", CALLS.incrementAndGet());
        switch (event.getOrDefault("do", "hello")) {
            case "error":
                throw new IllegalStateException("bad seed");
            case "exit":
                Runtime.getRuntime().halt(3);
                break;
            case "sleep":
                pause(60_000);
                break;
            case "log":
                System.out.println("a line of " + event.get("name"));
                break;
            case "env":
                said.put("env", System.getenv());
                break;
            case "meet":
                meet(Path.of(event.get("at")));
                break;
            default:
                break;
        }
        return said;
    }

    /** Returns when two calls are here, whichever processes they are in. */
    private static void meet(Path folder) {
        try {
            Files.createFile(folder.resolve(UUID.randomUUID().toString()));
            while (folder.toFile().list().length < 2) {
                pause(5);
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
