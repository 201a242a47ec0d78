// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.interop.MtaStsJar;
import io.github.mtasts4j.interop.Pem;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/** The command over Redis. */
final class RedisCommandTest extends CommandOverStore {

    private static final String PASSWORD = "changeit";

    private final RedisServer server = RedisServer.start();
    private final RedisClient client = server.client();

    RedisCommandTest() throws InterruptedException {}

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Override
    String url() {
        return "redis://127.0.0.1:" + server.port();
    }

    @Override
    String urlWithUser(String password) {
        try (Jedis redis = new Jedis("127.0.0.1", server.port())) {
            redis.aclSetUser("sts", "on", ">" + password, "~*", "&*", "+@all");
        }
        return "redis://sts@127.0.0.1:" + server.port();
    }

    @Override
    PolicyRows rows() {
        return RedisPolicyRows.of(client);
    }

    @Override
    StoreServer server() {
        return server;
    }

    @Test
    void overTlsAServerIsBelievedThatHasTheNameByAnAuthorityThatIsTrusted() throws Exception {
        TestCa authority = TestCa.root("of the cache");
        String file =
                directory.file("cache.pem", Pem.of(authority.certificate())).toString();
        Map<String, String> java = Map.of(
                "JDK_JAVA_OPTIONS",
                "-Djavax.net.ssl.trustStore=" + trustStore(authority) + " -Djavax.net.ssl.trustStorePassword="
                        + PASSWORD);
        try (RedisServer right = RedisServer.start(authority.issue("localhost"));
                RedisServer wrong = RedisServer.start(authority.issue("another.example"))) {
            String url = "rediss://localhost:" + right.port();
            assertEmpty(look(Map.of(), url, "--store-trust", file));
            assertEmpty(look(java, url));
            assertRefused(look(Map.of(), url));
            assertRefused(look(java, url, "--store-trust", anchors().toString()));
            assertRefused(look(Map.of(), "rediss://localhost:" + wrong.port(), "--store-trust", file));
            assertRefused(look(java, "rediss://localhost:" + wrong.port()));
            assertRefused(look(Map.of(), "redis://localhost:" + right.port()));
        }
    }

    private MtaStsJar.Run look(Map<String, String> env, String url, String... more) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("cache", "list", "--store", url));
        words.addAll(List.of(more));
        return command().run(env, words.toArray(String[]::new));
    }

    private Path anchors() {
        return directory.file(
                "others.pem", Pem.of(TestCa.root("of another cache").certificate()));
    }

    private static void assertEmpty(MtaStsJar.Run run) {
        assertThat(run.out()).as(run.err()).isEqualTo("0 policies, 0 in force\n");
    }

    private static void assertRefused(MtaStsJar.Run run) {
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("mta-sts: the store ");
    }

    private Path trustStore(TestCa authority) throws GeneralSecurityException, IOException {
        Path file = directory.path("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            authority.trustStore().store(out, PASSWORD.toCharArray());
        }
        return file;
    }
}
