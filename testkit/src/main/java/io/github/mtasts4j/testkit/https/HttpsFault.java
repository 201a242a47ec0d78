// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.https;

import io.github.mtasts4j.testkit.tls.Identity;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be wrong with a Policy Host, by name, so that a test can go through all of it. After each of these
 * no policy may have been fetched.
 */
@SuppressWarnings("ImmutableEnumChecker") // Functions that keep nothing.
public enum HttpsFault {
    /** A TCP RST instead of a handshake. */
    CONNECTION_RESET(() -> Reply.withoutTls(Reply.Sabotage.RESET)),
    /** The handshake never goes on. */
    HANDSHAKE_STALL(() -> Reply.withoutTls(Reply.Sabotage.STALL)),
    /** TLS records without an end that lead nowhere. */
    RECORD_FLOOD(() -> Reply.withoutTls(Reply.Sabotage.RECORD_FLOOD)),
    /** The handshake is refused. */
    HANDSHAKE_ALERT(() -> Reply.withoutTls(Reply.Sabotage.ALERT)),
    /** No version of TLS newer than 1.1. */
    TLS_1_1_ONLY(() -> Reply.withoutTls(Reply.Sabotage.TLS_1_1)),
    /** HTTP in the clear. */
    NOT_TLS(() -> Reply.withoutTls(Reply.Sabotage.PLAINTEXT)),
    /** No protocol but HTTP/2. */
    HTTP_2_ONLY(() -> Reply.withoutTls(Reply.Sabotage.HTTP_2_ONLY)),
    /** A certificate of somebody else's authority. */
    UNTRUSTED((ca, host) -> TestCa.root("Stranger").issue(host)),
    /** A certificate nobody has signed. */
    SELF_SIGNED((ca, host) -> TestCa.selfSigned(new TestCa.Spec().dns(host).commonName(host))),
    /** A certificate that was over a month ago. */
    EXPIRED((ca, host) -> ca.issue(new TestCa.Spec().dns(host).expired())),
    /** A certificate of the future. */
    NOT_YET_VALID((ca, host) -> ca.issue(new TestCa.Spec().dns(host).notYetValid())),
    /** A good certificate, for another name. */
    WRONG_NAME((ca, host) -> ca.issue("mta-sts.elsewhere.example")),
    /** A certificate with the host's name as common name only. */
    CN_ONLY((ca, host) -> ca.issue(new TestCa.Spec().commonName(host))),
    /** A certificate for {@code mta-*} and the rest of the host's name. */
    PARTIAL_WILDCARD((ca, host) -> ca.issue("mta-*" + host.substring(host.indexOf('.')))),
    /** A redirect to the same host. */
    REDIRECT(() -> Reply.http(301, "", "Location: /elsewhere")),
    /** A redirect out of HTTPS. */
    REDIRECT_TO_HTTP(() -> Reply.http(307, "", "Location: http://127.0.0.1/")),
    /** 404. */
    NOT_FOUND(() -> Reply.http(404, "")),
    /** 500, with a good policy in it. */
    SERVER_ERROR(() -> Reply.http(500, policy(), "Content-Type: text/plain")),
    /** 503, to be tried again tomorrow. */
    RETRY_AFTER_A_DAY(() -> Reply.http(503, "", "Retry-After: 86400")),
    /** A page of HTML. */
    HTML(() -> Reply.http(200, "<html></html>", "Content-Type: text/html")),
    /** A policy without a media type. */
    NO_MEDIA_TYPE(() -> Reply.http(200, policy())),
    /** 32 KiB on the wire that are 32 MiB of policy when inflated. */
    GZIP_BOMB(() -> Reply.http(200, Bomb.OCTETS, "Content-Type: text/plain", "Content-Encoding: gzip")),
    /** One octet more than 64 KiB. */
    TOO_LARGE(() -> Reply.http(200, "x".repeat(65_537), "Content-Type: text/plain")),
    /** A petaoctet is promised and begun. */
    HUGE_CONTENT_LENGTH(() -> Reply.endless(okWith("Content-Length: 1000000000000000"), "x")),
    /** Chunks without an end. */
    ENDLESS_CHUNKED(() -> Reply.endless(PolicyHost.CHUNKED, "4\r\nxxxx\r\n")),
    /** Small chunks with large extensions. */
    CHUNK_EXTENSION_BOMB(() -> Reply.endless(PolicyHost.CHUNKED, "1;x=" + "x".repeat(4000) + "\r\nx\r\n")),
    /** One chunk and a trailer without an end. */
    ENDLESS_TRAILERS(() -> Reply.endless(PolicyHost.CHUNKED + "1\r\nx\r\n0\r\n", "x: x\r\n")),
    /** No answer to the request. */
    SILENCE(Reply::silence),
    /** A body that comes one octet at a time and has no end. */
    BODY_DRIP(() -> Reply.drip(PolicyHost.CHUNKED, "1\r\nx\r\n", Duration.ofMillis(50))),
    /** A head that comes one octet at a time and has no end. */
    HEAD_DRIP(() -> Reply.drip("HTTP/1.1 200 OK\r\n", "x: x\r\n", Duration.ofMillis(50))),
    /** Header fields without an end. */
    HEADER_BOMB(() -> Reply.endless("HTTP/1.1 200 OK\r\n", "x: x\r\n")),
    /** A header field without an end. */
    ENDLESS_LINE(() -> Reply.endless("HTTP/1.1 200 OK\r\nx: ", "x")),
    /** Interim responses without an end. */
    INTERIM_FLOOD(() -> Reply.endless("", "HTTP/1.1 103 Early Hints\r\n\r\n")),
    /** A body that ends with the connection. */
    EOF_DELIMITED(() -> Reply.raw(okWith("Connection: close") + policy())),
    /** A body that ends before its Content-Length. */
    TRUNCATED(() -> Reply.cut(okWith("Content-Length: 1000") + policy())),
    /** A body of two lengths. */
    TWO_CONTENT_LENGTHS(() -> Reply.raw(okWith("Content-Length: 5\r\nContent-Length: 6") + policy())),
    /** A body with a length, and in chunks. */
    LENGTH_AND_CHUNKED(
            () -> Reply.raw(okWith("Content-Length: 1\r\nTransfer-Encoding: chunked") + "1\r\nx\r\n0\r\n\r\n")),
    /** Chunks without the last one. */
    MISSING_LAST_CHUNK(() -> Reply.raw(PolicyHost.CHUNKED + "1\r\nx\r\n")),
    /** A policy with nothing around it. */
    HTTP_0_9(() -> Reply.raw(policy())),
    /** A letter in the status code. */
    JUNK_STATUS_LINE(() -> Reply.raw("HTTP/1.1 20O OK\r\nContent-Length: 0\r\n\r\n")),
    /** The first octets of an HTTP/2 connection. */
    HTTP_2_PREFACE(() -> Reply.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
    /** Ten thousand empty lines before a good answer. */
    BLANK_LINES(() -> Reply.raw("\r\n".repeat(10_000) + okWith("Content-Length: 0")));

    private final @Nullable Supplier<Reply> reply;
    private final @Nullable BiFunction<TestCa, String, Identity> identity;

    HttpsFault(Supplier<Reply> reply) {
        this.reply = reply;
        this.identity = null;
    }

    HttpsFault(BiFunction<TestCa, String, Identity> identity) {
        this.reply = null;
        this.identity = identity;
    }

    /**
     * Has a server behave like this for one domain. Whatever is not said by the fault is as it should be: the certificate
     * of a faulty answer is good, and so is the answer behind a faulty certificate.
     *
     * @param server where
     * @param domain the policy domain
     * @param ca the authority that clients trust
     */
    public void inflict(PolicyHost server, String domain, TestCa ca) {
        String host = "mta-sts." + domain;
        server.serve(
                domain,
                identity == null ? ca.issue(host) : identity.apply(ca, host),
                reply == null ? Reply.policy(policy()) : reply.get());
    }

    /**
     * Whether it is the certificate that is wrong.
     *
     * @return whether a client must refuse the handshake and send no request
     */
    public boolean isInCertificate() {
        return identity != null;
    }

    private static String policy() {
        return "version: STSv1\nmode: none\nmax_age: 86400\n";
    }

    private static String okWith(String headers) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + headers + "\r\n\r\n";
    }

    /** Made on first use, and once: it takes a while. */
    private static final class Bomb {

        static final String OCTETS = make();

        private static String make() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(new byte[32 * 1024 * 1024]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Reply.octets(out.toByteArray());
        }
    }
}
