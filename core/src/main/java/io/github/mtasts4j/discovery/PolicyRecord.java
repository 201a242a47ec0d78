// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.StsRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A policy as the text of one file: what it is of, when it was fetched, a checksum, and the policy as it was published.
 *
 * <pre>
 * mtasts4j-policy 1
 * domain: bank.example
 * id: 20260101
 * fetched-at: 2026-01-01T00:00:00Z
 * sha-256: the digest of all other lines
 *
 * version: STSv1
 * mode: enforce
 * mx: mx.bank.example
 * max_age: 604800
 * </pre>
 */
final class PolicyRecord {

    /** Twice the longest policy, which leaves more room for the first lines than they can fill. */
    static final int MAX_OCTETS = 2 * PolicyParser.MAX_BODY_OCTETS;

    private static final String FORMAT = "mtasts4j-policy ";
    private static final int VERSION = 1;
    private static final int MAX_VERSION_DIGITS = 9;

    private PolicyRecord() {}

    /** What a file turned out to hold. */
    sealed interface Content {}

    /** A policy, to the octet as it was written. */
    record Intact(CachedPolicy policy) implements Content {}

    /** Anything else. */
    record Broken(String why) implements Content {}

    /** A record of a later release of this library, which is to be left alone. */
    record Newer(int version) implements Content {}

    static byte[] render(CachedPolicy policy) {
        byte[] head = octets(FORMAT + VERSION + "\ndomain: " + policy.domain() + "\nid: " + policy.id()
                + "\nfetched-at: " + policy.fetchedAt() + "\n");
        byte[] body = octets("\n" + policy.policy().render() + "\n");
        return concat(head, octets("sha-256: " + sha256(head, body) + "\n"), body);
    }

    static Content parse(byte[] octets) {
        Lines lines = new Lines(octets);
        int version = version(FORMAT, lines.next());
        if (version > VERSION) {
            return new Newer(version); // Before all other checks: what is too long today need not be tomorrow.
        }
        if (version < VERSION) {
            return new Broken("does not begin like a policy record");
        }
        if (octets.length > MAX_OCTETS) {
            return new Broken("is longer than any policy record");
        }
        return parse(octets, lines);
    }

    private static Content parse(byte[] octets, Lines lines) {
        Parsed<DomainName> domain = DomainName.parseHost(lines.value("domain: "));
        String id = lines.value("id: ");
        Instant fetchedAt = instant(lines.value("fetched-at: "));
        lines.next(); // The checksum is made anew below, from what was understood.
        lines.next();
        Parsed<Policy> policy = new PolicyParser(Grammar.LENIENT).parse(lines.restWithoutLastOctet());
        if (domain instanceof Parsed.Malformed<DomainName> malformed) {
            return new Broken("domain: " + malformed.detail());
        }
        if (fetchedAt == null || !isId(id)) {
            return new Broken("has no id or no time of the fetch");
        }
        if (policy instanceof Parsed.Malformed<Policy> malformed) {
            return new Broken("policy: " + malformed.detail());
        }
        CachedPolicy read = new CachedPolicy(domain.orElseThrow(), id, policy.orElseThrow(), fetchedAt);
        return Arrays.equals(render(read), octets)
                ? new Intact(read)
                : new Broken("is not, octet by octet, what was written: the checksum or the form is wrong");
    }

    /** 0 for what is no record at all. */
    static int version(String format, String line) {
        String digits = line.startsWith(format) ? line.substring(format.length()) : "";
        if (digits.isEmpty() || digits.length() > MAX_VERSION_DIGITS) {
            return 0;
        }
        int version = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            version = 10 * version + digit;
        }
        return version;
    }

    static @Nullable Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static boolean isId(String text) {
        try {
            return new StsRecord(text).id().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static String sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    /** Goes through the first lines of a record. Where there are no more, they are empty. */
    static final class Lines {

        private final byte[] octets;
        private int at;

        Lines(byte[] octets) {
            this.octets = octets;
        }

        String next() {
            int from = at;
            while (at < octets.length && octets[at] != '\n') {
                at++;
            }
            String line = new String(octets, from, at - from, StandardCharsets.ISO_8859_1);
            at = Math.min(at + 1, octets.length);
            return line;
        }

        /** The value of the next line, which is empty if another key stands there. */
        String value(String key) {
            String line = next();
            return line.startsWith(key) ? line.substring(key.length()) : "";
        }

        byte[] rest() {
            return Arrays.copyOfRange(octets, at, octets.length);
        }

        byte[] restWithoutLastOctet() {
            return Arrays.copyOfRange(octets, at, Math.max(at, octets.length - 1));
        }
    }
}
