// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.ResultType;
import java.util.Comparator;
import java.util.Optional;

/**
 * The way in which sessions failed: all that an entry of {@code failure-details} says but the number (RFC 8460 §4.4). Sessions
 * with equal keys are counted together.
 *
 * <p>Keys with a HELO sort behind all keys without one. Since a report keeps the smallest keys, a server that makes up a new HELO for
 * each session only pushes out its own entries.
 *
 * @param resultType the registered name of the result type, or what a stranger wrote in its place
 * @param sendingMtaIp our end of the connection; empty where there was none
 * @param receivingMxHostname the name in the MX record; empty where no MX was tried
 * @param receivingMxHelo what the server called itself
 * @param receivingIp the server's end of the connection; empty where there was none
 * @param additionalInformation a URI with more
 * @param failureReasonCode a word on why
 */
public record FailureKey(
        String resultType,
        Optional<IpAddress> sendingMtaIp,
        Optional<String> receivingMxHostname,
        Optional<String> receivingMxHelo,
        Optional<IpAddress> receivingIp,
        Optional<String> additionalInformation,
        Optional<String> failureReasonCode)
        implements Comparable<FailureKey> {

    /** What exceeds the bound on the number of keys. No type is registered for it, so it is the general one. */
    public static final FailureKey OTHER = of(new FailureDetail(ResultType.VALIDATION_FAILURE, "other"));

    private static final Comparator<FailureKey> ORDER = Comparator.<FailureKey, String>comparing(
                    key -> key.receivingMxHelo.orElse(""))
            .thenComparing(FailureKey::resultType)
            .thenComparing(key -> key.receivingMxHostname.orElse(""))
            .thenComparing(key -> key.failureReasonCode.orElse(""))
            .thenComparing(key -> key.receivingIp.map(IpAddress::toString).orElse(""))
            .thenComparing(key -> key.sendingMtaIp.map(IpAddress::toString).orElse(""))
            .thenComparing(key -> key.additionalInformation.orElse(""));

    /**
     * Makes the texts safe: everything but printable ASCII is written as an escape such as {@code \x1b}, and what is longer than 255
     * characters (1024 for the information) is cut. An empty text is an absent one.
     *
     * @param resultType the type
     * @param sendingMtaIp our end of the connection
     * @param receivingMxHostname the name in the MX record
     * @param receivingMxHelo what the server called itself
     * @param receivingIp the server's end of the connection
     * @param additionalInformation a URI with more
     * @param failureReasonCode a word on why
     * @throws IllegalArgumentException if the type is empty
     */
    public FailureKey {
        resultType = ReportText.ascii(resultType, ReportText.WORD);
        if (resultType.isEmpty()) {
            throw new IllegalArgumentException("a failure has a type");
        }
        receivingMxHostname = word(receivingMxHostname, ReportText.WORD);
        receivingMxHelo = word(receivingMxHelo, ReportText.WORD);
        additionalInformation = word(additionalInformation, ReportText.LINE);
        failureReasonCode = word(failureReasonCode, ReportText.WORD);
    }

    private static Optional<String> word(Optional<String> text, int limit) {
        return text.map(word -> ReportText.ascii(word, limit)).filter(word -> !word.isEmpty());
    }

    /**
     * The key of a failure, as yet without a host.
     *
     * @param detail a failure
     * @return its type and its reason
     */
    public static FailureKey of(FailureDetail detail) {
        return new FailureKey(
                detail.type().keyword(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(detail.reason()));
    }

    /**
     * The same at an MX.
     *
     * @param mxHost the name in the MX record
     * @return a key with that name
     */
    public FailureKey at(DomainName mxHost) {
        return new FailureKey(
                resultType,
                sendingMtaIp,
                Optional.of(mxHost.toString()),
                receivingMxHelo,
                receivingIp,
                additionalInformation,
                failureReasonCode);
    }

    /**
     * The same over a connection.
     *
     * @param sending our end
     * @param receiving the server's end
     * @return a key with both
     */
    public FailureKey between(IpAddress sending, IpAddress receiving) {
        return new FailureKey(
                resultType,
                Optional.of(sending),
                receivingMxHostname,
                receivingMxHelo,
                Optional.of(receiving),
                additionalInformation,
                failureReasonCode);
    }

    /**
     * The same with a server that said its name.
     *
     * @param helo what the server called itself, anything at all
     * @return a key with that text, made safe
     */
    public FailureKey withHelo(String helo) {
        return new FailureKey(
                resultType,
                sendingMtaIp,
                receivingMxHostname,
                Optional.of(helo),
                receivingIp,
                additionalInformation,
                failureReasonCode);
    }

    /**
     * The same with a place where there is more.
     *
     * @param uri a URI of the sender's own
     * @return a key with that URI
     */
    public FailureKey withInformation(String uri) {
        return new FailureKey(
                resultType,
                sendingMtaIp,
                receivingMxHostname,
                receivingMxHelo,
                receivingIp,
                Optional.of(uri),
                failureReasonCode);
    }

    @Override
    public int compareTo(FailureKey other) {
        return ORDER.compare(this, other);
    }
}
