// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is remembered of addresses, and for whom. */
final class AddressLinesTest {

    private static final InetAddress DEAD = Fetching.address("192.0.2.1");

    private final List<PolicyHostOutage> told = new ArrayList<>();
    private final AtomicLong now = new AtomicLong();
    private final AddressLines lines = new AddressLines(now::get, new OutageNews(new PolicyHostListener() {
        @Override
        public void hostDown(PolicyHostOutage outage) {
            told.add(outage);
        }
    }));

    private void fail(InetAddress address, int host) throws InterruptedException {
        AddressLines.Visit visit = lines.visit(address, new PolicyErrand(Fetching.request("d" + host + ".example")));
        visit.notConnected();
        visit.leave(false);
    }

    private void breakDown(InetAddress address) throws InterruptedException {
        for (int host = 0; host < 5; host++) {
            fail(address, host);
        }
    }

    private String reason(InetAddress address) throws InterruptedException {
        AddressLines.Visit visit = lines.visit(address, new PolicyErrand(Fetching.request("example.com")));
        visit.leave(false);
        return visit.refusal().map(Unreachable::reason).orElse("none");
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) 198, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFloodOfDeadAddressesDoesNotFillTheMemoryNorDisplaceAnOutage() throws Exception {
        breakDown(DEAD);
        for (int i = 0; i < 2 * AddressLines.MAX_REMEMBERED; i++) {
            fail(address(i), 0);
        }
        assertThat(lines.size()).isEqualTo(AddressLines.MAX_REMEMBERED);
        assertThat(reason(DEAD)).isEqualTo("policy-host-down");
    }

    @Test
    void aFloodOfOutagesDoesNotFillTheMemoryEither() throws Exception {
        for (int i = 0; i < AddressLines.MAX_REMEMBERED + 10; i++) {
            breakDown(address(i));
        }
        assertThat(told).hasSize(AddressLines.MAX_REMEMBERED + 10);
        assertThat(lines.size()).isEqualTo(AddressLines.MAX_REMEMBERED);
        assertThat(reason(address(AddressLines.MAX_REMEMBERED))).isEqualTo("policy-host-down");
    }

    @Test
    void anAddressThatCanBeConnectedToIsNotRemembered() throws Exception {
        fail(DEAD, 1);
        assertThat(lines.size()).isEqualTo(1);
        AddressLines.Visit visit = lines.visit(DEAD, new PolicyErrand(Fetching.request("example.com")));
        assertThat(lines.busy()).isEqualTo(1);
        visit.connected(new Wire(visit));
        visit.leave(true);
        assertThat(lines.size()).isZero();
    }

    @Test
    void oneAddressIsNothingToTheOthers() throws Exception {
        breakDown(DEAD);
        assertThat(reason(address(1))).isEqualTo("none");
    }

    @Test
    void whatIsClearedIsForgotten() throws Exception {
        breakDown(DEAD);
        lines.clear();
        assertThat(lines.size()).isZero();
        assertThat(reason(DEAD)).isEqualTo("none");
    }
}
