// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands over a store that is shared; SQLite stands for all of them here, and module interop has the others. */
final class SharedStoreTest {

    private final Path directory;
    private final Lab lab;
    private final String url;

    SharedStoreTest(@TempDir Path directory) {
        this.directory = directory;
        this.lab = new Lab(directory);
        this.url = "jdbc:sqlite:" + directory.resolve("policies.db");
    }

    @BeforeEach
    void publish() {
        lab.sound("one.example");
        lab.sound("two.example").tests("mx.two.example");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private Run cache(String subcommand, String store, String... more) {
        return lab.in().run(words(subcommand, store, more).toArray(String[]::new));
    }

    private Run fetching(String subcommand, String store, String... more) {
        List<String> words = words(subcommand, store, more);
        words.addAll(lab.options());
        return lab.in().run(words.toArray(String[]::new));
    }

    private static List<String> words(String subcommand, String store, String... more) {
        List<String> words = new ArrayList<>(List.of("cache", subcommand, "--store", store));
        words.addAll(List.of(more));
        return words;
    }

    private String key(String name, int fill) throws IOException {
        byte[] octets = new byte[32];
        Arrays.fill(octets, (byte) fill);
        return name + "=" + Files.write(directory.resolve(name), octets);
    }

    @Test
    void eachCommandDoesWithADatabaseWhatItDoesWithFiles() {
        assertThat(fetching("warm", url, "one.example", "two.example").out())
                .isEqualTo("2 with a policy, 0 without, 0 could not be found out about\n");
        assertThat(cache("list", url).lines()).hasSize(3).last().isEqualTo("2 policies, 2 in force");
        assertThat(cache("show", url, "one.example").lines()).contains("mode: enforce", "mx: mx.one.example");
        assertThat(cache("purge", url, "one.example").out()).isEqualTo("deleted one.example, mode enforce, id 1\n");
        assertThat(cache("list", url).lines()).hasSize(2);
        assertThat(lab.run("check", "--brief", "--store", url, "two.example").code())
                .isZero();
    }

    /** As docs/clusters.md has it. */
    @Test
    void aListLeadsFromOneStoreToAnother() throws IOException {
        String files = "file:" + directory.resolve("files");
        fetching("warm", files, "one.example", "two.example");
        Path list = Files.writeString(
                directory.resolve("list"), cache("export", files).out());

        assertThat(fetching("import", url, list.toString()).code()).isZero();

        assertThat(cache("list", url).out()).isEqualTo(cache("list", files).out());
    }

    @Test
    void whoHasAnotherKeyBelievesNothingAndIsToldSo() throws IOException {
        String ours = key("ours", 1);
        fetching("warm", url, "--store-key", ours, "one.example");

        assertThat(cache("list", url, "--store-key", ours).out()).contains("1 policy, 1 in force");
        assertThat(cache("list", url, "--store-key", key("theirs", 2)).out()).contains("0 policies");
        assertThat(cache("list", url, "--store-key", key("theirs", 2), "--store-key", ours)
                        .out())
                .contains("1 policy, 1 in force");
        Run other = fetching("warm", url, "--store-key", key("theirs", 2), "one.example");
        assertThat(other.err()).contains("STORE_ROW_REFUSED one.example");
    }

    @Test
    void aNamespaceIsAStoreOfItsOwn() {
        fetching("warm", url, "--store-namespace", "tenant-a", "one.example");

        assertThat(cache("list", url, "--store-namespace", "tenant-a").out()).contains("1 policy");
        assertThat(cache("list", url).out()).contains("0 policies");
    }

    @Test
    void whatALaterReleaseHasMadeIsOnlyRead() throws SQLException {
        fetching("warm", url, "one.example");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
                assertThat(mode.getString(1)).isEqualTo("wal");
            }
            statement.execute("INSERT INTO mtasts4j_schema (version) VALUES (99)");
        }

        assertThat(cache("list", url).out()).contains("1 policy, 1 in force");
        for (Run run : List.of(fetching("warm", url, "two.example"), cache("purge", url, "one.example"))) {
            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err())
                    .contains("a later release has made the tables; this one only reads them")
                    .hasLineCount(1);
        }
    }

    @Test
    void lookingMakesNoDatabase() {
        assertThat(cache("list", url).err())
                .startsWith("mta-sts: there is no store in ")
                .hasLineCount(1);
        assertThat(directory.resolve("policies.db")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://db.example/sts, no such kind of store: postgresql:;",
        "jdbc:mysql://db.example/sts, no such kind of store: jdbc:mysql:;",
        "redis://ops:Secret@cache.example, there is a password in the URL",
        "redis://:Secret@cache.example, there is a password in the URL",
        "jdbc:postgresql://db.example/sts?user=a&password=Secret, there is a password in the URL",
        "jdbc:postgresql://db.example/sts?user=a&sslPassword=Secret, there is a password in the URL",
        "jdbc:postgresql://a:Secret@db.example/sts, there is a password in the URL",
        "jdbc:postgresql://a@db.example/sts, ?user=NAME",
        "jdbc:postgresql://db.example:port/sts, not a URL of PostgreSQL",
        "jdbc:postgresql://127.0.0.1:1/sts, the store jdbc:postgresql://127.0.0.1:1/sts failed: Connection to 127.0.0.1:1 refused",
        "redis://127.0.0.1:1, the store redis://127.0.0.1:1 failed: ",
        "redis://cache.example/zero, a store in Redis is redis://HOST",
        "redis://cache.example?x=Secret, a store in Redis is redis://HOST",
        "redis://cache example, a store in Redis is redis://HOST",
        "jdbc:sqlite:, and the path of a file",
        "jdbc:sqlite::memory:, and the path of a file",
        "jdbc:sqlite:/nonexistent/directory/db, the store jdbc:sqlite:/nonexistent/directory/db failed: "
    })
    void whatIsWrongWithAStoreIsSaidInOneLineWithoutAPassword(String wrong, String complaint) {
        Run run = fetching("warm", wrong, "one.example");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .startsWith("mta-sts: ")
                .contains(complaint)
                .doesNotContain("Secret")
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://127.0.0.1:%d", "jdbc:postgresql://127.0.0.1:%d/sts"})
    void aStoreThatSaysNothingIsNotWaitedForForEver(String pattern) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Run run = cache("list", String.format(pattern, silent.getLocalPort()));

            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).startsWith("mta-sts: the store ").hasLineCount(1);
        }
    }

    @Test
    void keysAndNamespacesThatAreNoneAreRefused() throws IOException {
        Path few = Files.write(directory.resolve("few"), new byte[31]);
        assertRefused("32 is the least", "--store-key", "a=" + few);
        assertRefused("takes NAME=FILE", "--store-key", few.toString());
        assertRefused("cannot read /nonexistent", "--store-key", "a=/nonexistent");
        assertRefused("a name has 1 to 64 characters", "--store-key", key("A", 1));
        assertRefused("a name has 1 to 64 characters", "--store-namespace", "Tenant A");
        assertRefused("--store-trust is for rediss: only", "--store-trust", few.toString());
        Run files = cache("list", "file:" + directory, "--store-namespace", "a");
        assertThat(files.code()).isEqualTo(ExitCode.USAGE);
        assertThat(files.err()).contains("not for files").hasLineCount(1);
    }

    private void assertRefused(String complaint, String option, String value) {
        Run run = fetching("warm", url, option, value, "one.example");
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(complaint).hasLineCount(1);
    }
}
