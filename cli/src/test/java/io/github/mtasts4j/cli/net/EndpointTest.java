// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.cli.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, 53",
        "192.0.2.1:5353, 192.0.2.1, 5353",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1, 53",
        "[2001:db8::1], 2001:db8:0:0:0:0:0:1, 53",
        "[2001:db8::1]:5353, 2001:db8:0:0:0:0:0:1, 5353"
    })
    void takesAddressesWithAndWithoutAPort(String text, String address, int port) {
        Endpoint endpoint = Endpoint.parse(text, 53);
        assertThat(endpoint.address().getHostAddress()).isEqualTo(address);
        assertThat(endpoint.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "dns.example:53",
                "192.0.2.1:",
                "192.0.2.1:0",
                "192.0.2.1:65536",
                "1.2.3",
                "999.0.0.1",
                ":53"
            })
    void asksNobodyForANameAndRefusesTheRest(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text, 53)).isInstanceOf(Refusal.class);
    }
}
