// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Holds a little internet open for somebody who wants to try the command by hand: {@code OpenLab DIR} writes the options into a
 * file in DIR, to be used as {@code mta-sts check @DIR/options several.example}, and ends with its standard input.
 */
final class OpenLab {

    private OpenLab() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        try (Lab lab = new Lab(directory)) {
            lab.sound("good.example");
            lab.sound("several.example", "mx1.several.example", "mx2.several.example", "backup.hoster.example")
                    .enforces("*.several.example", "backup.hoster.example");
            lab.sound("moved.example")
                    .publishes(
                            "20250101",
                            RecipientDomain.policy(
                                    Mode.TESTING, Duration.ofDays(1), "*.moved.example", "old.moved.example"))
                    .mx(lab.host("a.mx.moved.example"));
            lab.sound("xn--fa-hia.example");
            for (Fault fault : Fault.values()) {
                System.out.println(fault.in(lab));
            }
            lab.alsoSay("--smtp-port", "1");
            Files.write(directory.resolve("options"), lab.options());
            System.out.println("good.example several.example moved.example faß.example");
            System.out.flush();
            System.in.transferTo(System.out);
        }
    }
}
