// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.testkit.StsWorld;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RelayNodeTest {

    private final StsWorld world = StsWorld.start();
    private final DnsJavaResolver dns =
            DnsJavaResolver.servers(world.dns().address()).build();
    private final ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
            .addresses(dns.addressLookup())
            .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
            .trust(world.verifier())
            .port(world.policyHost().port())
            .build();

    @AfterEach
    void close() {
        fetcher.close();
        world.close();
    }

    /** What a node has printed by the time it prints something, which may be after its answer. */
    private String asked(Path file, String awaited) throws Exception {
        Printed printed = new Printed();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (RelayNode node =
                new RelayNode(SharedRows.at("jdbc:sqlite:" + file), dns.txtLookup(), fetcher, dns.mxLookup(), out)) {
            node.run(new BufferedReader(new StringReader("bank.example\n")));
            return printed.await(awaited);
        }
    }

    private static final class Printed extends ByteArrayOutputStream {

        private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

        @Override
        public synchronized void write(byte[] octets, int from, int length) {
            super.write(octets, from, length);
            notifyAll();
        }

        synchronized String await(String awaited) throws InterruptedException {
            long begun = System.nanoTime();
            while (!toString(StandardCharsets.UTF_8).contains(awaited)) {
                assertThat(System.nanoTime() - begun).isLessThan(PATIENCE);
                wait(1000);
            }
            return toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatOneNodeHasFetchedBindsTheOtherWhoeverOwnsTheDnsByThen(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("policies.db");
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");
        String first = asked(file, "fetched for all: bank.example");
        world.domain("bank.example").mxForgedAs("mx.evil.example").txtRemoved().httpsBlocked();

        String second = asked(file, "mx.evil.example");

        assertThat(first).contains("mode enforce", "mx.bank.example may be tried");
        assertThat(second)
                .contains("mode enforce", "mx.evil.example is not listed")
                .doesNotContain("fetched for all");
    }

    @Test
    void aStoreThatCannotBeOpenedIsToldOfAndHoldsUpNothing(@TempDir Path directory) throws Exception {
        world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");

        assertThat(asked(directory.resolve("missing").resolve("policies.db"), "STORE_FAILING"))
                .contains("mode enforce", "mx.bank.example may be tried");
    }

    @Test
    void enginesAreChosenByUrlAndNotAskedYet() {
        assertThat(SharedRows.at("jdbc:postgresql://127.0.0.1:1/mail").namespace())
                .isEqualTo("default");
        assertThat(SharedRows.at("redis://127.0.0.1:1").namespace()).isEqualTo("default");
        assertThatThrownBy(() -> SharedRows.at("mysql:")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theDocumentShowsTheVeryCodeThatIsTestedHere() throws Exception {
        Path root = Path.of("../..").toAbsolutePath().normalize();
        String source = Files.readString(root.resolve(
                "examples/relay-cluster/src/main/java/io/github/mtasts4j/examples/cluster/RelayNode.java"));
        String region = source.substring(source.indexOf("// [store]\n") + 11, source.indexOf("        // [/store]"));

        assertThat(Files.readString(root.resolve("docs/clusters.md")))
                .contains(region.stripTrailing().stripIndent());
    }
}
