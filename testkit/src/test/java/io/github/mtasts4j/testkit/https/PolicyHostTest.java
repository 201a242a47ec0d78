// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PolicyHostTest {

    private static final Duration AMPLE = Duration.ofSeconds(30);

    @Test
    void closingEndsEveryConnectionAndEveryThread() throws IOException, InterruptedException {
        PolicyHost host = PolicyHost.start();
        try (Socket client = new Socket(host.address(), host.port())) {
            client.getOutputStream().write(22);
            Visit visit = firstVisit(host);
            host.close();
            assertThat(visit.awaitEnd(AMPLE)).isTrue();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("policy-host"));
    }

    @Test
    void aClientThatSpeaksNoTLSIsShownTheDoor() throws IOException, InterruptedException {
        try (PolicyHost host = PolicyHost.start();
                Socket client = new Socket(host.address(), host.port())) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Visit visit = firstVisit(host);
            assertThat(visit.awaitEnd(AMPLE)).isTrue();
            assertThat(visit.handshakeDone()).isFalse();
        }
    }

    @Test
    void aDomainHasToBeServedBeforeItCanMisbehave() {
        try (PolicyHost host = PolicyHost.start()) {
            assertThatIllegalArgumentException().isThrownBy(() -> host.respond("example.com", Reply.silence()));
        }
    }

    private static Visit firstVisit(PolicyHost host) {
        while (host.visits().isEmpty()) {
            Thread.onSpinWait();
        }
        return host.visits().get(0);
    }
}
