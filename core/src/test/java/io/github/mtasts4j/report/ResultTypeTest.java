// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.FailureCode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The vocabulary of RFC 8460 §4.3: every kind has its place in it, and nothing else is ever said. */
final class ResultTypeTest {

    private static final String VIOLATIONS = """
            POLICY_UNKNOWN             validation-failure
            POLICY_REQUIRED            validation-failure
            MX_NOT_LISTED              validation-failure
            STARTTLS_NOT_OFFERED       starttls-not-supported
            STARTTLS_REFUSED           starttls-not-supported
            HANDSHAKE_FAILED           validation-failure
            TLS_NOT_ATTEMPTED          validation-failure
            SNI_NOT_SENDABLE           validation-failure
            CERTIFICATE_EXPIRED        certificate-expired
            CERTIFICATE_NOT_TRUSTED    certificate-not-trusted
            CERTIFICATE_NAME_MISMATCH  certificate-host-mismatch
            DANE_FAILED                validation-failure
            DANE_ERROR                 dnssec-invalid
            DANE_WITHOUT_TLS           starttls-not-supported
            REQUIRETLS_NAME_UNPROVED   validation-failure
            REQUIRETLS_PEER_UNPROVED   validation-failure
            REQUIRETLS_NOT_OFFERED     validation-failure
            """;

    private static final String FAILURES = """
            DOMAIN_INVALID     -
            DNS_TRANSIENT      sts-policy-fetch-error
            TXT_GONE           sts-policy-fetch-error
            DNS_MULTIPLE       sts-policy-fetch-error
            DNS_SYNTAX         sts-policy-fetch-error
            DNS_LIMIT          sts-policy-fetch-error
            ADDRESS_FORBIDDEN  sts-policy-fetch-error
            HTTP_UNREACHABLE   sts-policy-fetch-error
            HTTP_DEADLINE      sts-policy-fetch-error
            HTTP_STATUS        sts-policy-fetch-error
            HTTP_PROTOCOL      sts-policy-fetch-error
            HTTP_LIMIT         sts-policy-fetch-error
            HTTP_FRAMING       sts-policy-fetch-error
            HTTP_TOO_LARGE     sts-policy-fetch-error
            HTTP_ENCODING      sts-policy-fetch-error
            HTTP_MEDIA_TYPE    sts-policy-fetch-error
            CERT_NAME          sts-webpki-invalid
            CERT_EXPIRED       sts-webpki-invalid
            CERT_UNTRUSTED     sts-webpki-invalid
            CERT_WEAK          sts-webpki-invalid
            CERT_REVOKED       sts-webpki-invalid
            CERT_LIMIT         sts-webpki-invalid
            POLICY_SYNTAX      sts-policy-invalid
            POLICY_FIELD       sts-policy-invalid
            POLICY_LIMIT       sts-policy-invalid
            BACKING_OFF        -
            POLICY_STATE_UNKNOWN -
            POLICY_REQUIRED    -
            WAIT_EXPIRED       -
            OVERLOADED         -
            CLOSED             -
            INTERNAL           -
            """;

    private static final Set<String> REGISTERED = Set.of(
            "starttls-not-supported",
            "certificate-host-mismatch",
            "certificate-expired",
            "certificate-not-trusted",
            "validation-failure",
            "tlsa-invalid",
            "dnssec-invalid",
            "dane-required",
            "sts-policy-fetch-error",
            "sts-policy-invalid",
            "sts-webpki-invalid");

    @Test
    void everyViolationHasAType() {
        Map<String, String> types = Arrays.stream(Violation.Kind.values())
                .collect(
                        Collectors.toMap(Enum::name, kind -> ResultType.of(kind).keyword()));
        assertThat(types).isEqualTo(table(VIOLATIONS));
    }

    @Test
    void everyFailureHasATypeOrIsOurOwnAffair() {
        Map<String, String> types = Arrays.stream(FailureCode.values())
                .collect(Collectors.toMap(
                        Enum::name,
                        code -> ResultType.of(code).map(ResultType::keyword).orElse("-")));
        assertThat(types).isEqualTo(table(FAILURES));
    }

    @Test
    void onlyRegisteredNamesAreUsed() {
        assertThat(Arrays.stream(ResultType.values()).map(ResultType::keyword))
                .containsExactlyInAnyOrderElementsOf(REGISTERED);
        assertThat(Arrays.stream(PolicyType.values()).map(PolicyType::keyword))
                .containsExactlyInAnyOrder("sts", "tlsa", "no-policy-found");
    }

    private static Map<String, String> table(String rows) {
        return rows.lines()
                .map(line -> line.split(" +", 2))
                .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));
    }
}
