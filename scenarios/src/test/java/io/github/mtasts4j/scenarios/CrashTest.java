// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.PolicyStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that write files are killed. How often is the system property {@code mtasts.crash.rounds}, else 60, or 200 with
 * {@code mtasts.tests=long}.
 */
final class CrashTest extends StoreCrashes {

    private final Path temporary;

    CrashTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @Override
    protected int rounds() {
        return Integer.getInteger("mtasts.crash.rounds", "long".equals(System.getProperty("mtasts.tests")) ? 200 : 60);
    }

    @Override
    protected boolean finishesWhatIsKilled() {
        return false;
    }

    @Override
    protected StoreOpener opener() {
        return new Files();
    }

    @Override
    protected String place(int number) {
        return temporary.resolve("store" + number).toString();
    }

    /** Opens a directory. */
    public static final class Files implements StoreOpener {

        /** Made by its name. */
        public Files() {}

        @Override
        public PolicyStore open(String place, InstantSource clock, Consumer<String> trouble) {
            return FilePolicyStore.in(Path.of(place), clock, event -> trouble.accept(event.toString()));
        }
    }
}
