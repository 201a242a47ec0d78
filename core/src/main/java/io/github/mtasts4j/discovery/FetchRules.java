// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.Defect;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tls.CertificateProblem;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the outcome of a GET is worth (§3.2, §3.3): which status, which media type, which body make a policy. The only
 * place, so that a second {@link PolicyFetcher} cannot get it wrong.
 */
public final class FetchRules {

    private static final List<CertificateProblem.Kind> BY_WEIGHT = List.of(
            CertificateProblem.Kind.NAME_MISMATCH,
            CertificateProblem.Kind.REVOKED,
            CertificateProblem.Kind.UNTRUSTED,
            CertificateProblem.Kind.WEAK,
            CertificateProblem.Kind.TOO_LARGE,
            CertificateProblem.Kind.EXPIRED);

    private final PolicyParser parser;

    /**
     * Makes the rules.
     *
     * @param parser reads the body
     */
    public FetchRules(PolicyParser parser) {
        this.parser = parser;
    }

    /** A policy, or the reason why there is none. */
    public sealed interface Verdict {}

    /**
     * The fetch yielded a policy.
     *
     * @param policy the policy
     */
    public record Usable(Policy policy) implements Verdict {}

    /**
     * The fetch yielded none.
     *
     * @param failure why
     */
    public record Failed(StsFailure failure) implements Verdict {}

    /**
     * Judges what came of a GET.
     *
     * @param result what came of it
     * @param request what was asked for
     * @return a policy, or why there is none
     */
    public Verdict judge(PolicyFetcher.Result result, PolicyFetcher.Request request) {
        Instant at = request.at();
        if (result instanceof PolicyFetcher.Response response) {
            return judge(response, at);
        }
        if (result instanceof PolicyFetcher.CertificateRejected rejected) {
            return certificate(rejected.problems(), at);
        }
        if (result instanceof PolicyFetcher.AddressForbidden forbidden) {
            return failed(FailureCode.ADDRESS_FORBIDDEN, "address-forbidden", forbidden.detail(), at);
        }
        if (result instanceof PolicyFetcher.TooLarge tooLarge) {
            return tooLarge(tooLarge.limit(), at);
        }
        if (result instanceof PolicyFetcher.TimedOut timedOut) {
            return failed(
                    FailureCode.HTTP_DEADLINE,
                    "timeout",
                    "the fetch did not end within " + timedOut.timeout().toMillis() + " ms",
                    at);
        }
        if (result instanceof PolicyFetcher.ProtocolError error) {
            return protocol(error, at);
        }
        PolicyFetcher.Unreachable unreachable = (PolicyFetcher.Unreachable) result;
        return failed(FailureCode.HTTP_UNREACHABLE, unreachable.reason(), unreachable.detail(), at);
    }

    private Verdict judge(PolicyFetcher.Response response, Instant at) {
        if (response.status() != 200) { // §3.3: any other status, redirects above all, is a failed fetch.
            boolean redirect = response.status() >= 300 && response.status() < 400 && response.status() != 304;
            String reason = redirect ? "http-redirect" : "http-" + response.status();
            return failed(FailureCode.HTTP_STATUS, reason, "the Policy Host answered " + response.status(), at);
        }
        if (response.contentEncodings().stream().anyMatch(coding -> !isWord("identity", coding))) {
            String codings = RemoteText.safe(response.contentEncodings().toString());
            return failed(FailureCode.HTTP_ENCODING, "content-encoding", "the body came encoded: " + codings, at);
        }
        if (response.contentTypes().size() != 1
                || !isTextPlain(response.contentTypes().get(0))) {
            String types = RemoteText.safe(response.contentTypes().toString());
            return failed(FailureCode.HTTP_MEDIA_TYPE, "media-type", "not text/plain but " + types, at);
        }
        if (response.body().length > PolicyParser.MAX_BODY_OCTETS) {
            return tooLarge(PolicyParser.MAX_BODY_OCTETS, at);
        }
        Parsed<Policy> parsed = parser.parse(response.body());
        return parsed instanceof Parsed.Malformed<Policy> malformed
                ? failed(codeOf(malformed.defect()), malformed.defect().code(), malformed.detail(), at)
                : new Usable(parsed.orElseThrow());
    }

    /** §3.2: the type is checked to keep out what a web server lets its users put there; parameters are ignored. */
    private static boolean isTextPlain(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return isWord("text/plain", type);
    }

    /** String.equalsIgnoreCase takes a Kelvin sign for a k, and String.strip other blanks than HTTP's two. */
    private static boolean isWord(String lowerCase, String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f))
                && text.strip().equalsIgnoreCase(lowerCase);
    }

    private static FailureCode codeOf(Defect defect) {
        return switch (defect) {
            case ENCODING, SYNTAX -> FailureCode.POLICY_SYNTAX;
            case LIMIT -> FailureCode.POLICY_LIMIT;
            default -> FailureCode.POLICY_FIELD;
        };
    }

    private static Verdict certificate(List<CertificateProblem> problems, Instant at) {
        for (CertificateProblem.Kind kind : BY_WEIGHT) {
            for (CertificateProblem problem : problems) {
                if (problem.kind() == kind) {
                    String all =
                            problems.stream().map(CertificateProblem::detail).collect(Collectors.joining("; "));
                    return failed(codeOf(kind), problem.reason(), all, at);
                }
            }
        }
        return failed(FailureCode.CERT_UNTRUSTED, "unknown-ca", "the certificate was rejected", at);
    }

    private static FailureCode codeOf(CertificateProblem.Kind kind) {
        return switch (kind) {
            case NAME_MISMATCH -> FailureCode.CERT_NAME;
            case EXPIRED -> FailureCode.CERT_EXPIRED;
            case UNTRUSTED -> FailureCode.CERT_UNTRUSTED;
            case WEAK -> FailureCode.CERT_WEAK;
            case REVOKED -> FailureCode.CERT_REVOKED;
            case TOO_LARGE -> FailureCode.CERT_LIMIT;
        };
    }

    private static Verdict protocol(PolicyFetcher.ProtocolError error, Instant at) {
        return switch (error.breach()) {
            case PROTOCOL -> failed(FailureCode.HTTP_PROTOCOL, "http-protocol", error.detail(), at);
            case HEADERS -> failed(FailureCode.HTTP_LIMIT, "http-headers", error.detail(), at);
            case FRAMING -> failed(FailureCode.HTTP_FRAMING, "http-framing", error.detail(), at);
        };
    }

    private static Verdict tooLarge(int limit, Instant at) {
        return failed(FailureCode.HTTP_TOO_LARGE, "too-large", "the body has more than " + limit + " octets", at);
    }

    private static Verdict failed(FailureCode code, String reason, String detail, Instant at) {
        return new Failed(new StsFailure(code, reason, detail, at));
    }
}
