// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.interop.MtaStsJar;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
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
    void overTlsAServerIsBelievedThatHasTheNameByAnAuthorityThatJavaTrusts() throws Exception {
        TestCa authority = TestCa.root("of the cache");
        String trusting = "-Djavax.net.ssl.trustStore=" + trustStore(authority) + " -Djavax.net.ssl.trustStorePassword="
                + PASSWORD;
        Map<String, String> trust = Map.of("JDK_JAVA_OPTIONS", trusting);
        try (RedisServer right = RedisServer.start(authority.issue("localhost"));
                RedisServer wrong = RedisServer.start(authority.issue("another.example"))) {
            String[] look = {"cache", "list", "--store", "rediss://localhost:" + right.port()};
            assertThat(command().run(trust, look).out()).isEqualTo("0 policies, 0 in force\n");
            assertRefused(command().run(Map.of(), look));
            assertRefused(command().run(trust, "cache", "list", "--store", "rediss://localhost:" + wrong.port()));
            assertRefused(command().run(trust, "cache", "list", "--store", "redis://localhost:" + right.port()));
        }
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
