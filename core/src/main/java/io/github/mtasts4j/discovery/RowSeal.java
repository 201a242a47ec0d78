// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What stands around a {@link PolicyRecord} in a row that others may write to: whose row it is, and proof of it where there
 * is a key. A row that was copied from another domain or another tenant does not open.
 *
 * <pre>
 * mtasts4j-row 1
 * namespace: default
 * domain: bank.example
 * mac: 2026-11 the HMAC-SHA-256 of all else, with the key of that name; or: none
 *
 * mtasts4j-policy 1
 * ...
 * </pre>
 *
 * In place of the record it may say {@code forgotten-at:}, and when.
 */
final class RowSeal {

    private static final String FORMAT = "mtasts4j-row ";
    private static final int VERSION = 1;
    private static final String UNSIGNED = "none";
    private static final String FORGOTTEN = "forgotten-at: ";

    private final String namespace;
    private final Optional<String> signer;
    private final Map<String, byte[]> keys;
    private final boolean takesUnsigned;

    /** What a row turned out to hold. */
    sealed interface Content {}

    /** A policy, to the octet as it was written. */
    record Intact(CachedPolicy policy) implements Content {}

    /** An operator's command to forget. */
    record Forgotten(Instant at) implements Content {}

    /** Nothing that this cluster has written for this domain. */
    record Broken(String why) implements Content {}

    /** What a sender of the same cluster may have written that is ahead of us; to be left alone. */
    record Ahead(String why) implements Content {}

    /**
     * Makes it.
     *
     * @param signer the name of the key to sign with
     * @param keys by their names, his among them
     * @param takesUnsigned whether rows without a signature will do although there are keys
     */
    RowSeal(String namespace, Optional<String> signer, Map<String, byte[]> keys, boolean takesUnsigned) {
        this.namespace = namespace;
        this.signer = signer;
        this.keys = Map.copyOf(keys);
        this.takesUnsigned = takesUnsigned || signer.isEmpty();
    }

    /** Whether a row that opens was written by somebody who has a key. */
    boolean proves() {
        return !takesUnsigned;
    }

    byte[] seal(CachedPolicy policy) {
        return seal(policy.domain(), PolicyRecord.render(policy));
    }

    byte[] sealForgotten(DomainName domain, Instant at) {
        return seal(domain, PolicyRecord.octets(FORGOTTEN + at + "\n"));
    }

    private byte[] seal(DomainName domain, byte[] content) {
        byte[] mac = PolicyRecord.octets(
                signer.map(key -> key + " " + mac(key, domain, content)).orElse(UNSIGNED) + "\n\n");
        return PolicyRecord.concat(head(domain), mac, content);
    }

    private byte[] head(DomainName domain) {
        return PolicyRecord.octets(FORMAT + VERSION + "\nnamespace: " + namespace + "\ndomain: " + domain + "\nmac: ");
    }

    private String mac(String key, DomainName domain, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.getOrDefault(key, new byte[1]), "HmacSHA256"));
            mac.update(head(domain));
            mac.update(PolicyRecord.octets(key + "\n\n"));
            return HexFormat.of().formatHex(mac.doFinal(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HMAC-SHA-256", e);
        }
    }

    Content open(DomainName domain, byte[] octets) {
        PolicyRecord.Lines lines = new PolicyRecord.Lines(octets);
        int version = PolicyRecord.version(FORMAT, lines.next());
        if (version > VERSION) {
            return new Ahead("is in format " + version + ", which this release does not know");
        }
        if (version < VERSION || octets.length > PolicyRows.MOST_OCTETS) {
            return new Broken("is no row of a policy");
        }
        if (!lines.value("namespace: ").equals(namespace)) {
            return new Broken("belongs to another namespace than " + namespace);
        }
        if (!lines.value("domain: ").equals(domain.toString())) {
            return new Broken("belongs to another domain");
        }
        String mac = lines.value("mac: ");
        if (!lines.next().isEmpty()) {
            return new Broken("is not in the form in which rows are written");
        }
        byte[] content = lines.rest();
        Content objection = objection(domain, mac, content);
        return objection != null ? objection : content(domain, content);
    }

    /** Why the row does not prove that this cluster has written it. */
    private @Nullable Content objection(DomainName domain, String mac, byte[] content) {
        if (mac.equals(UNSIGNED)) {
            return takesUnsigned ? null : new Broken("is not signed");
        }
        int space = mac.indexOf(' ');
        String key = mac.substring(0, Math.max(0, space));
        if (!keys.containsKey(key)) { // One that is new elsewhere in the cluster, as a rule.
            return new Ahead("is signed with a key that is not known here");
        }
        byte[] theirs = PolicyRecord.octets(mac.substring(space + 1));
        byte[] ours = PolicyRecord.octets(mac(key, domain, content));
        return MessageDigest.isEqual(ours, theirs) ? null : new Broken("has a wrong signature");
    }

    private static Content content(DomainName domain, byte[] octets) {
        PolicyRecord.Lines lines = new PolicyRecord.Lines(octets);
        Instant forgotten = PolicyRecord.instant(lines.value(FORGOTTEN));
        if (forgotten != null) {
            return new Forgotten(forgotten);
        }
        PolicyRecord.Content content = PolicyRecord.parse(octets);
        if (content instanceof PolicyRecord.Newer newer) {
            return new Ahead("is in format " + newer.version() + ", which this release does not know");
        }
        if (content instanceof PolicyRecord.Broken broken) {
            return new Broken(broken.why());
        }
        CachedPolicy policy = ((PolicyRecord.Intact) content).policy();
        return policy.domain().equals(domain) ? new Intact(policy) : new Broken("holds the policy of another domain");
    }
}
