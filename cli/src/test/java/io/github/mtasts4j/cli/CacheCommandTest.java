// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's hand in a store: what is in it is fetched, and never taken from a file. */
final class CacheCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private Lab lab;

    CacheCommandTest() {
        directory = Path.of("");
    }

    @BeforeEach
    void start() {
        lab = new Lab(directory);
        lab.sound("one.example");
        lab.sound("two.example").tests("mx.two.example");
        lab.world.domain("three.example").mx("mx.one.example");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private String store(String name) {
        return "file:" + directory.resolve(name);
    }

    private Run cache(String subcommand, String... arguments) {
        String[] args = new String[arguments.length + 2];
        args[0] = "cache";
        args[1] = subcommand;
        System.arraycopy(arguments, 0, args, 2, arguments.length);
        return lab.in().run(args);
    }

    private Run warm(String... arguments) {
        return lab.run("cache", arguments);
    }

    @Test
    void warmFetchesWhatIsPublishedAndListShowsIt() throws IOException {
        Run run = warm("warm", "--store", store("a"), "one.example", "two.example", "three.example");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).isEqualTo("2 with a policy, 1 without, 0 could not be found out about\n");
        Run list = cache("list", "--store", store("a"));
        assertThat(list.lines()).hasSize(3).last().isEqualTo("2 policies, 2 in force");
        assertThat(list.lines().get(0))
                .startsWith("one.example")
                .contains("enforce", "id 1 ", "in force until 2026-01-08");
        JsonNode first = JSON.readTree(
                cache("list", "--store", store("a"), "--json").lines().get(1));
        assertThat(first.get("mode").asText()).isEqualTo("testing");
        assertThat(first.get("live").asBoolean()).isTrue();
    }

    @Test
    void showWritesThePolicyAsItWasPublished() {
        warm("warm", "--store", store("a"), "one.example");
        Run run = cache("show", "--store", store("a"), "one.example");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.lines()).contains("version: STSv1", "mode: enforce", "mx: mx.one.example", "max_age: 604800");
        Run none = cache("show", "--store", store("a"), "two.example");
        assertThat(none.code()).isEqualTo(ExitCode.FOUND);
        assertThat(none.out()).isEqualTo("the store has no policy of two.example\n");
    }

    @Test
    void purgeDeletesWhatIsNamedOrExpired() {
        warm("warm", "--store", store("a"), "one.example", "two.example");
        assertThat(cache("purge", "--store", store("a"), "one.example").out())
                .isEqualTo("deleted one.example, mode enforce, id 1\n");
        assertThat(cache("purge", "--store", store("a"), "--expired").out()).isEmpty();
        lab.world.clock().advance(Duration.ofDays(8));
        assertThat(cache("list", "--store", store("a")).out()).contains("EXPIRED at", "1 policy, 0 in force");
        assertThat(cache("purge", "--store", store("a"), "--expired").out()).startsWith("deleted two.example");
        assertThat(cache("list", "--store", store("a")).out()).isEqualTo("0 policies, 0 in force\n");
        assertThat(cache("purge", "--store", store("a")).code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void anExportIsHintsAndImportAsksEachDomainItself() throws IOException {
        warm("warm", "--store", store("a"), "one.example", "two.example");
        Run export = cache("export", "--store", store("a"));
        JsonNode first = JSON.readTree(export.lines().get(0));
        assertThat(first.fieldNames()).toIterable().containsExactly("domain", "id", "mode", "fetchedAt", "expires");
        // Somebody who can write the file says that the second domain enforces, and names one that has no policy.
        String forged =
                export.out().replace("testing", "enforce") + "{\"mode\":\"enforce\",\"domain\":\"three.example\"}\n";
        Run run = lab.in().stdin(forged).run(lab.args("cache", "import", "--store", store("b"), "-"));
        assertThat(run.out()).isEqualTo("2 with a policy, 1 without, 0 could not be found out about\n");
        assertThat(cache("show", "--store", store("b"), "two.example").out()).contains("mode: testing");
        assertThat(cache("show", "--store", store("b"), "three.example").code()).isEqualTo(ExitCode.FOUND);
    }

    @Test
    void anImportThatIsNoneIsRefusedWithItsLine() {
        Run run = new Run.In()
                .stdin("{\"domain\":\"a.example\"}\nnonsense\n")
                .run("cache", "import", "--store", store("c"), "-");
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isEqualTo("mta-sts: -, line 2: not JSON\n");
    }

    @Test
    void whatCannotBeFoundOutEndsWithFour() {
        lab.sound("down.example").httpsBlocked();
        Run run = warm("warm", "--store", store("a"), "--json", "one.example", "down.example");
        assertThat(run.code()).isEqualTo(ExitCode.UNKNOWN);
        assertThat(run.out()).isEqualTo("{\"policies\":1,\"absent\":0,\"failed\":1}\n");
    }

    @Test
    void aStoreThatIsNotThereIsNotMadeByLooking() {
        Run run = cache("list", "--store", store("typo"));
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(directory.resolve("typo")).doesNotExist();
        assertThat(cache("list").err()).contains("--store");
        assertThat(Run.of("cache").err()).contains("say what to do with the store");
    }
}
