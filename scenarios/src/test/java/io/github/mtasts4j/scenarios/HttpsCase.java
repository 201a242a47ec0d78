// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static io.github.mtasts4j.discovery.FailureCode.ADDRESS_FORBIDDEN;
import static io.github.mtasts4j.discovery.FailureCode.HTTP_DEADLINE;
import static io.github.mtasts4j.discovery.FailureCode.HTTP_MEDIA_TYPE;
import static io.github.mtasts4j.discovery.FailureCode.HTTP_UNREACHABLE;
import static io.github.mtasts4j.discovery.FailureCode.POLICY_FIELD;
import static io.github.mtasts4j.discovery.FailureCode.POLICY_LIMIT;
import static io.github.mtasts4j.discovery.FailureCode.POLICY_SYNTAX;

import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.https.HttpsFault;
import io.github.mtasts4j.testkit.https.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What happens to the fetch of a domain's policy: an axis of the {@link FaultMatrixTest}.
 *
 * @param name for the report
 * @param failure what the sender has to say of it; empty if the policy has to be had all the same
 * @param isReached whether there is a connection to the Policy Host
 * @param stalls whether it is the deadline that ends the fetch
 * @param play does it
 */
record HttpsCase(String name, Optional<FailureCode> failure, boolean isReached, boolean stalls, Play play) {

    private static final Set<HttpsFault> STALLING =
            EnumSet.of(HttpsFault.HANDSHAKE_STALL, HttpsFault.SILENCE, HttpsFault.BODY_DRIP, HttpsFault.HEAD_DRIP);

    /** Has the servers misbehave for one domain. */
    interface Play {
        void on(FaultWorld world, DomainName domain);
    }

    static List<HttpsCase> all() {
        List<HttpsCase> all = new ArrayList<>(List.of(
                new HttpsCase("HONEST", Optional.empty(), true, false, (world, domain) -> world.servesHonestly(domain)),
                address("NO_SUCH_HOST", HTTP_UNREACHABLE, (world, domain) -> {}),
                address(
                        "NO_ADDRESS",
                        HTTP_UNREACHABLE,
                        (world, domain) -> world.dns().txt(host(domain), "no address")),
                address(
                        "ADDRESS_SERVFAIL",
                        HTTP_UNREACHABLE,
                        (world, domain) -> world.dns().fault(host(domain), DnsFault.SERVFAIL)),
                address(
                        "ADDRESS_CNAME_LOOP",
                        HTTP_UNREACHABLE,
                        (world, domain) -> world.dns().fault(host(domain), DnsFault.CNAME_LOOP)),
                address(
                        "FORBIDDEN_ADDRESSES",
                        ADDRESS_FORBIDDEN,
                        (world, domain) -> world.dns()
                                .host(
                                        host(domain),
                                        "169.254.169.254",
                                        "10.0.0.1",
                                        "fd00:ec2::254",
                                        "::ffff:169.254.169.254")),
                new HttpsCase("GOOD_AND_FORBIDDEN_ADDRESS", Optional.empty(), true, false, (world, domain) -> {
                    world.servesHonestly(domain);
                    world.dns().host(host(domain), "10.0.0.1", "fd00::1");
                }),
                address(
                        "CONNECTION_REFUSED",
                        HTTP_UNREACHABLE,
                        (world, domain) -> world.dns().host(host(domain), FaultWorld.NOBODY)),
                new HttpsCase(
                        "BLACKHOLE",
                        Optional.of(HTTP_DEADLINE),
                        false,
                        true,
                        (world, domain) -> world.dns().host(host(domain), FaultWorld.BLACKHOLE)),
                reply("MEDIA_TYPE_OF_RAW_OCTETS", HTTP_MEDIA_TYPE, "Content-Type: text/\u001b[31m\u00e9\u0085", ""),
                reply("BODY_OF_RAW_OCTETS", POLICY_SYNTAX, "Content-Type: text/plain", "\u001b[2J\0\u00ff\u0085\u0008"),
                reply(
                        "POLICY_WITH_RAW_OCTETS",
                        POLICY_SYNTAX,
                        "Content-Type: text/plain",
                        "version: STSv1\nmode: enforce\nmx: \u001b[31mmx\u0007.example\nmax_age: 86400\n"),
                reply(
                        "ENFORCE_WITHOUT_MX",
                        POLICY_FIELD,
                        "Content-Type: text/plain",
                        "version: STSv1\nmode: enforce\nmax_age: 86400\n"),
                reply(
                        "TOO_MANY_MX",
                        POLICY_LIMIT,
                        "Content-Type: text/plain",
                        "version: STSv1\nmode: enforce\nmax_age: 86400\n" + "mx: mx.example\n".repeat(257))));
        Arrays.stream(HttpsFault.values()).map(HttpsCase::of).forEach(all::add);
        return all;
    }

    private static HttpsCase address(String name, FailureCode failure, Play play) {
        return new HttpsCase(name, Optional.of(failure), false, false, play);
    }

    private static HttpsCase reply(String name, FailureCode failure, String header, String body) {
        return new HttpsCase(
                name,
                Optional.of(failure),
                true,
                false,
                (world, domain) -> world.serves(domain, Reply.http(200, body, header)));
    }

    private static HttpsCase of(HttpsFault fault) {
        return new HttpsCase(
                fault.name(),
                Optional.of(failureAfter(fault)),
                true,
                STALLING.contains(fault),
                (world, domain) -> world.inflicts(fault, domain));
    }

    /** Names every fault, so that a new one has to be placed. */
    private static FailureCode failureAfter(HttpsFault fault) {
        return switch (fault) {
            case CONNECTION_RESET, RECORD_FLOOD, HANDSHAKE_ALERT, TLS_1_1_ONLY, NOT_TLS -> FailureCode.HTTP_UNREACHABLE;
            case HANDSHAKE_STALL, SILENCE, BODY_DRIP, HEAD_DRIP -> FailureCode.HTTP_DEADLINE;
            case UNTRUSTED, SELF_SIGNED, NOT_YET_VALID -> FailureCode.CERT_UNTRUSTED;
            case EXPIRED -> FailureCode.CERT_EXPIRED;
            case WRONG_NAME, CN_ONLY, PARTIAL_WILDCARD -> FailureCode.CERT_NAME;
            case REDIRECT, REDIRECT_TO_HTTP, NOT_FOUND, SERVER_ERROR, RETRY_AFTER_A_DAY -> FailureCode.HTTP_STATUS;
            case HTML, NO_MEDIA_TYPE -> FailureCode.HTTP_MEDIA_TYPE;
            case GZIP_BOMB -> FailureCode.HTTP_ENCODING;
            case TOO_LARGE, HUGE_CONTENT_LENGTH, ENDLESS_CHUNKED, CHUNK_EXTENSION_BOMB -> FailureCode.HTTP_TOO_LARGE;
            case HEADER_BOMB, ENDLESS_LINE, ENDLESS_TRAILERS -> FailureCode.HTTP_LIMIT;
            case HTTP_2_ONLY, INTERIM_FLOOD, HTTP_0_9, JUNK_STATUS_LINE, HTTP_2_PREFACE, BLANK_LINES ->
                FailureCode.HTTP_PROTOCOL;
            case EOF_DELIMITED, TRUNCATED, TWO_CONTENT_LENGTHS, LENGTH_AND_CHUNKED, MISSING_LAST_CHUNK ->
                FailureCode.HTTP_FRAMING;
        };
    }

    /** The result types of RFC 8460 §4.3, told apart by the stage at which a policy is lost. */
    static ResultType resultType(FailureCode code) {
        if (code.name().startsWith("CERT_")) {
            return ResultType.STS_WEBPKI_INVALID;
        }
        return code.name().startsWith("POLICY_") ? ResultType.STS_POLICY_INVALID : ResultType.STS_POLICY_FETCH_ERROR;
    }

    private static String host(DomainName domain) {
        return "mta-sts." + domain;
    }

    @Override
    public String toString() {
        return name;
    }
}
