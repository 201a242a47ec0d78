// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.RefusedUri.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides which URIs of a record are used. Whoever publishes a record chooses them freely, so they are an attempt to make us write to
 * somebody else until they are shown to be plain.
 */
final class ReportUriParser {

    private static final int MAX_URIS = 5;
    private static final int MAX_OCTETS = 1024;

    private ReportUriParser() {}

    /** URIs that follow the grammar. */
    static ReportingPolicy pick(List<String> uris) {
        List<ReportUri> usable = new ArrayList<>();
        List<RefusedUri> refused = new ArrayList<>();
        for (String uri : uris) {
            try {
                ReportUri parsed = parse(uri);
                check(usable.size() < MAX_URIS, Why.TOO_MANY);
                usable.add(parsed);
            } catch (Refusal refusal) {
                refused.add(new RefusedUri(RemoteText.safe(uri), refusal.why));
            }
        }
        return usable.isEmpty()
                ? new ReportingPolicy.None(ReportingPolicy.Why.NO_USABLE_RUA, "not used: " + refused.get(0), refused)
                : new ReportingPolicy.Published(usable, refused);
    }

    private static ReportUri parse(String uri) throws Refusal {
        check(uri.length() <= MAX_OCTETS, Why.TOO_LONG);
        int colon = UriSyntax.schemeEnd(uri);
        String scheme = uri.substring(0, colon).toLowerCase(Locale.ROOT);
        check(scheme.equals("mailto") || scheme.equals("https"), Why.SCHEME);
        check(uri.indexOf('#') < 0, Why.FRAGMENT);
        return scheme.equals("mailto") ? mailto(uri, uri.substring(colon + 1)) : https(uri, colon);
    }

    /** RFC 6068 §2, with one address and nothing else: what follows a question mark could add recipients. */
    private static ReportUri mailto(String uri, String address) throws Refusal {
        check(address.indexOf('?') < 0, Why.MAIL_FIELDS);
        MailAddress to = MailAddress.parse(decode(address)).orElseThrow(() -> new Refusal(Why.MAIL_ADDRESS));
        check(isPublic(to.domain().toString()), Why.HOST);
        return new ReportUri.Mailto(uri, to);
    }

    private static ReportUri https(String uri, int colon) throws Refusal {
        int end = UriSyntax.authorityEnd(uri, colon);
        check(end > 0, Why.HOST);
        String authority = uri.substring(colon + 3, end);
        check(authority.indexOf('@') < 0, Why.USER_INFO);
        check(!authority.startsWith("["), Why.HOST);
        int port = authority.indexOf(':');
        String host = port < 0 ? authority : authority.substring(0, port);
        Optional<DomainName> name = PolicyDomain.ofDomain(host).asName();
        check(name.isPresent(), Why.HOST);
        check(port < 0 || port == authority.length() - 1 || authority.endsWith(":443"), Why.PORT);
        check(port < 0 || authority.indexOf(':', port + 1) < 0, Why.PORT);
        String target = uri.substring(end);
        return new ReportUri.Https(
                uri, name.orElseThrow(() -> new Refusal(Why.HOST)), target.startsWith("/") ? target : "/" + target);
    }

    private static boolean isPublic(String domain) {
        return PolicyDomain.ofDomain(domain).asName().isPresent();
    }

    /** The grammar has made sure that two digits follow each percent sign. */
    private static String decode(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    private static void check(boolean holds, Why otherwise) throws Refusal {
        if (!holds) {
            throw new Refusal(otherwise);
        }
    }

    /** Leaves the parsing of one URI; never seen outside. */
    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1;

        private final Why why;

        Refusal(Why why) {
            super(why.code(), null, false, false);
            this.why = why;
        }
    }
}
