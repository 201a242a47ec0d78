// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.RefusedUri.Why;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReportingPolicyTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");

    @Test
    void theRecordIsAskedForBelowTheDomainItself() throws InterruptedException {
        List<DomainName> asked = new ArrayList<>();
        ReportingPolicy policy = new ReportingPolicyLookup(name -> {
                    asked.add(name);
                    return records("v=TLSRPTv1; rua=mailto:a@example.com,https://r.example.com:443?k=v");
                })
                .lookup(DOMAIN);

        assertThat(asked).containsExactly(DomainName.of("_smtp._tls.example.com"));
        assertThat(policy)
                .isEqualTo(new ReportingPolicy.Published(
                        List.of(
                                new ReportUri.Mailto("mailto:a@example.com", MailAddress.of("a@example.com")),
                                new ReportUri.Https(
                                        "https://r.example.com:443?k=v", DomainName.of("r.example.com"), "/?k=v")),
                        List.of()));
    }

    @Test
    void noRecordAndNoAnswerAreTwoThings() throws InterruptedException {
        assertThat(new ReportingPolicyLookup(name -> new TxtLookup.None(Duration.ZERO)).lookup(DOMAIN))
                .isInstanceOfSatisfying(
                        ReportingPolicy.None.class,
                        none -> assertThat(none.why()).isEqualTo(ReportingPolicy.Why.NO_RECORD));
        assertThat(new ReportingPolicyLookup(name -> new TxtLookup.Unavailable("dns-timeout", "late")).lookup(DOMAIN))
                .isEqualTo(new ReportingPolicy.Unavailable("dns-timeout", "late"));
    }

    @Test
    void aDomainWithoutRoomForTheLabelsIsNotAskedAbout() throws InterruptedException {
        String label = "a".repeat(60);
        DomainName longName = DomainName.of(String.join(".", label, label, label, label, "example"));

        assertThat(new ReportingPolicyLookup(name -> {
                            throw new AssertionError(name);
                        })
                        .lookup(longName))
                .isInstanceOf(ReportingPolicy.None.class);
    }

    @Test
    void ofFiftyUrisFiveAreUsed() {
        ReportingPolicy policy = select("v=TLSRPTv1; rua="
                + IntStream.range(0, 50)
                        .mapToObj(i -> "mailto:a" + i + "@example.com")
                        .collect(Collectors.joining(",")));

        assertThat(policy).isInstanceOfSatisfying(ReportingPolicy.Published.class, published -> {
            assertThat(published.uris()).hasSize(5);
            assertThat(published.refused())
                    .hasSize(45)
                    .allSatisfy(refused -> assertThat(refused.why()).isEqualTo(Why.TOO_MANY));
        });
    }

    @Test
    void aLongUriIsRefusedAloneAndALongRecordAsAWhole() {
        String uri = "https://r.example.com/" + "x".repeat(1024 - 22);

        assertThat(select("v=TLSRPTv1; rua=" + uri)).isInstanceOf(ReportingPolicy.Published.class);
        assertThat(select("v=TLSRPTv1; rua=" + uri + "x,mailto:a@example.com"))
                .isInstanceOfSatisfying(ReportingPolicy.Published.class, published -> {
                    assertThat(published.uris()).hasSize(1);
                    assertThat(published.refused().get(0).why()).isEqualTo(Why.TOO_LONG);
                });
        assertThat(select("v=TLSRPTv1; x=" + "y".repeat(8192)))
                .isInstanceOfSatisfying(
                        ReportingPolicy.None.class,
                        none -> assertThat(none.why()).isEqualTo(ReportingPolicy.Why.LIMIT));
    }

    @Test
    void nothingThatIsChangedAtRandomMakesItThrowOrUsesWhatIsNotPublic() {
        Random random = new Random(8460);
        List<byte[]> seeds = Rows.ownRecords();
        for (int i = 0; i < 20_000; i++) {
            byte[] record = Mutations.of(seeds.get(random.nextInt(seeds.size())), random);
            if (ReportingPolicyParser.select(List.of(record)) instanceof ReportingPolicy.Published published) {
                assertThat(published.uris())
                        .hasSizeBetween(1, 5)
                        .allSatisfy(uri ->
                                assertThat(uri.published()).matches("(?i)(mailto:|https://)[\\x21-\\x7e&&[^,;! ]]+"));
            }
        }
    }

    private static ReportingPolicy select(String record) {
        return ReportingPolicyParser.select(List.of(record.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static TxtLookup.Answer records(String record) {
        return new TxtLookup.Records(List.of(record.getBytes(StandardCharsets.ISO_8859_1)), Duration.ZERO);
    }
}
