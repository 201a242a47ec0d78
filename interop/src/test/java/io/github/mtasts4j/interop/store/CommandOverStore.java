// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.interop.MtaStsJar;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.interop.postfix.Socketmap;
import io.github.mtasts4j.testkit.StsWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The jar {@code mta-sts} on two machines that share a store. */
abstract class CommandOverStore {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String RIGHT = "Xright7";
    private static final String WRONG = "Xwrong7";

    final PrivateDirectory directory = PrivateDirectory.of("command");
    private final StsWorld world = StsWorld.start();
    private final MtaStsJar command = new MtaStsJar(world, directory);

    abstract String url();

    /** The same for a user of its own, whose password this makes. */
    abstract String urlWithUser(String password);

    /** By another way than the command's. */
    abstract PolicyRows rows();

    abstract StoreServer server();

    @AfterEach
    void close() {
        world.close();
        directory.close();
    }

    private void publish(String domain) {
        world.domain(domain).mx("mx." + domain).enforces("mx." + domain);
    }

    private static String ask(MtaStsJar.Server server, String domain) throws IOException {
        try (Socketmap map = new Socketmap(server.address())) {
            return map.ask(domain);
        }
    }

    private static String secure(String domain) {
        return "OK secure match=mx." + domain + " servername=hostname";
    }

    private void awaitRow(String domain) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (PolicyRows.Bell bell = rows().bell()) {
            while (rows().get(domain).isEmpty()) {
                assertThat(System.nanoTime()).as("a row of " + domain).isLessThan(end);
                bell.await(Duration.ofSeconds(1));
            }
        }
    }

    private MtaStsJar.Run cache(String subcommand, String store, String... more) throws InterruptedException {
        String[] words = new String[more.length + 4];
        words[0] = "cache";
        words[1] = subcommand;
        words[2] = "--store";
        words[3] = store;
        System.arraycopy(more, 0, words, 4, more.length);
        return subcommand.equals("warm") || subcommand.equals("import")
                ? command.runInWorld(Map.of(), words)
                : command.run(Map.of(), words);
    }

    @Test
    void aListOfFilesFillsTheStoreThatAllMachinesLookInto() throws Exception {
        publish("one.example");
        publish("two.example");
        String files = "file:" + directory.path("files");
        String key = "2026-11=" + Files.write(directory.path("key"), new byte[32]);
        assertThat(cache("warm", files, "one.example", "two.example").code()).isZero();
        Path list = directory.file("list", cache("export", files).out());

        MtaStsJar.Run imported = cache("import", url(), "--store-key", key, list.toString());

        assertThat(imported.out()).isEqualTo("2 with a policy, 0 without, 0 could not be found out about\n");
        assertThat(cache("list", url(), "--store-key", key).out())
                .contains("one.example", "two.example", "2 policies, 2 in force");
        assertThat(cache("show", url(), "--store-key", key, "two.example").out())
                .contains("mx: mx.two.example");
        assertThat(cache("purge", url(), "--store-key", key, "two.example").out())
                .startsWith("deleted two.example");
        assertThat(cache("export", url(), "--store-key", key).out())
                .contains("one.example")
                .hasLineCount(1);
        MtaStsJar.Run without = cache("list", url());
        assertThat(without.out()).isEqualTo("0 policies, 0 in force\n");
        assertThat(without.err()).contains("one.example", "signed with a key that is not known here");
    }

    @Test
    void whatOneServerHasLearntTheOtherAnswersWhenThePolicyHostIsBlocked() throws Exception {
        publish("learnt.example");
        try (MtaStsJar.Server a = command.serve("a", Map.of(), "--store", url());
                MtaStsJar.Server b = command.serve("b", Map.of(), "--store", url())) {
            assertThat(ask(a, "learnt.example")).isEqualTo(secure("learnt.example"));
            awaitRow("learnt.example");
            world.domain("learnt.example").txtRemoved().httpsBlocked();

            assertThat(ask(b, "learnt.example")).isEqualTo(secure("learnt.example"));
            assertThat(b.health()).isEqualTo("ok\n");
        }
    }

    @Test
    void aServerStartsAndAnswersWhileItsStoreIsDown() throws Exception {
        publish("first.example");
        server().crash();
        try (MtaStsJar.Server server = command.serve("a", Map.of(), "--store", url())) {
            assertThat(ask(server, "first.example")).isEqualTo(secure("first.example"));
            assertThat(ask(server, "nobody.example")).startsWith("NOTFOUND");
            assertThat(server.health()).startsWith("degraded: ");
            MtaStsJar.Run look = cache("list", url());
            assertThat(look.code()).isEqualTo(2);
            assertThat(look.err()).startsWith("mta-sts: the store ").hasLineCount(1);

            server().begin();
            awaitRow("first.example");
        }
    }

    @Test
    void aStoreThatDiesWhileAServerRunsStopsNoMailAndHasAllWhenItIsBack() throws Exception {
        publish("before.example");
        publish("during.example");
        try (MtaStsJar.Server server = command.serve("a", Map.of(), "--store", url())) {
            assertThat(ask(server, "before.example")).isEqualTo(secure("before.example"));
            awaitRow("before.example");
            server().crash();
            world.domain("before.example").txtRemoved().httpsBlocked();
            assertThat(ask(server, "before.example")).isEqualTo(secure("before.example"));
            assertThat(ask(server, "during.example")).isEqualTo(secure("during.example"));
            server().begin();
            awaitRow("during.example");
            assertThat(ask(server, "before.example")).isEqualTo(secure("before.example"));
        }
    }

    @Test
    void aWrongPasswordIsRefusedWithoutBeingShownAndHoldsUpNoServer() throws Exception {
        publish("kept.example");
        String url = urlWithUser(RIGHT);
        MtaStsJar.Run right = command.run(Map.of("MTA_STS_STORE_PASSWORD", RIGHT), "cache", "list", "--store", url);
        assertThat(right.err()).isEmpty();
        assertThat(right.out()).isEqualTo("0 policies, 0 in force\n");

        Map<String, String> wrong = Map.of("MTA_STS_STORE_PASSWORD", WRONG);
        MtaStsJar.Run run = command.run(wrong, "cache", "list", "--store", url);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("mta-sts: the store ")
                .containsIgnoringCase("password")
                .doesNotContain(WRONG)
                .hasLineCount(1);
        try (MtaStsJar.Server server = command.serve("a", wrong, "--store", url)) {
            assertThat(ask(server, "kept.example")).isEqualTo(secure("kept.example"));
            assertThat(server.health()).startsWith("degraded: ");
            assertThat(server.log().toString()).doesNotContain(WRONG);
        }
    }

    MtaStsJar command() {
        return command;
    }
}
