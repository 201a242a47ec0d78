// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SenderPropertiesTest {

    private final Properties sender = new Properties();

    @Test
    void thereIsNoProxyUnlessSomebodySaysSo() {
        assertThat(new SenderProperties(sender).proxy()).isEqualTo(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, '', 1080", "127.0.0.1, 9050, 9050", "127.0.0.1:9051, 9050, 9051"})
    void aSocksProxyIsUsedAsProvidersUseIt(String host, String port, int expected) throws UnknownHostException {
        sender.setProperty("mail.smtp.socks.host", host);
        if (!port.isEmpty()) {
            sender.setProperty("mail.smtp.socks.port", port);
        }

        Proxy proxy = new SenderProperties(sender).proxy();

        assertThat(proxy.type()).isEqualTo(Proxy.Type.SOCKS);
        assertThat(proxy.address())
                .isEqualTo(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), expected));
    }

    @Test
    void aSocksPortThatIsNoneIsRefusedAtOnce() {
        sender.setProperty("mail.smtp.socks.host", "127.0.0.1");
        sender.setProperty("mail.smtp.socks.port", "many");

        assertThatThrownBy(() -> new SenderProperties(sender)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tlsIsOptionalUnlessTheSenderSaysOtherwise() {
        assertThat(new SenderProperties(sender).requireTls()).isFalse();

        sender.put("mail.smtp.starttls.required", true);

        assertThat(new SenderProperties(sender).requireTls()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1500, 1500", "0, 300000", "-1, 300000", "soon, 300000"})
    void aHandshakeTakesNoLongerThanAReplyMayAndNeverForEver(String timeout, long millis) {
        sender.put("mail.smtp.timeout", timeout);

        assertThat(new SenderProperties(sender).handshakeLimit()).hasMillis(millis);
    }

    @Test
    void aHandshakeHasFiveMinutesUnlessTheSenderSaysOtherwise() {
        assertThat(new SenderProperties(sender).handshakeLimit()).hasMinutes(5);

        sender.put("mail.smtp.timeout", 1000);

        assertThat(new SenderProperties(sender).handshakeLimit()).hasMillis(1000);
    }
}
