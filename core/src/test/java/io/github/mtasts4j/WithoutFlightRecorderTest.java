// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;

/** Only who uses the Flight Recorder needs it. */
final class WithoutFlightRecorderTest {

    @Test
    @Timeout(60)
    void aRuntimeWithoutFlightRecorderIsEnough() throws Exception {
        Process server = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.se,jdk.unsupported",
                        "-cp",
                        classPath(),
                        WithoutFlightRecorder.class.getName()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(server.getInputStream().readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("DEFER");
        assertThat(server.waitFor()).isZero();
    }

    private static String classPath() throws URISyntaxException {
        List<String> places = new ArrayList<>();
        places.add(whereTheTestsAre());
        for (Class<?> type : List.of(MtaSts.class, Caffeine.class, Logger.class)) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, places);
    }

    /** The tests are patched into the library's module and pass for a part of it, but for where their files are. */
    private static String whereTheTestsAre() throws URISyntaxException {
        String name = "/" + WithoutFlightRecorder.class.getName().replace('.', '/') + ".class";
        String file = requireNonNull(WithoutFlightRecorder.class.getResource(name))
                .toURI()
                .getPath();
        return file.substring(0, file.length() - name.length());
    }
}
