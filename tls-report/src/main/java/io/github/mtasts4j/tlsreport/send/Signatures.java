// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.HeaderField;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a signature has to be like for a report (RFC 8460 §3, §5.3), as far as it can be seen without the key. */
final class Signatures {

    private static final Set<String> COVERED = Set.of("from", "tls-report-domain", "tls-report-submitter");

    private Signatures() {}

    /** Why it is not used, if it is not. */
    static Optional<String> objection(HeaderField field, DomainName submitter) {
        if (!field.name().equalsIgnoreCase("DKIM-Signature")) {
            return Optional.of("is a field " + field.name());
        }
        if (tag(field, "l").isPresent()) {
            return Optional.of("has an l=, which lets anybody append to the report");
        }
        String domain = tag(field, "d").orElse("");
        if (!domain.equalsIgnoreCase(submitter.toString())) {
            return Optional.of("is not by " + submitter);
        }
        List<String> covered = Arrays.stream(tag(field, "h").orElse("").split(":"))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        return covered.containsAll(COVERED)
                ? Optional.empty()
                : Optional.of("does not cover From, TLS-Report-Domain and TLS-Report-Submitter");
    }

    private static Optional<String> tag(HeaderField field, String name) {
        return Arrays.stream(field.value().split(";"))
                .map(String::strip)
                .filter(tag -> tag.split("=", 2)[0].strip().equals(name))
                .map(tag -> tag.substring(tag.indexOf('=') + 1).strip())
                .findFirst();
    }
}
