// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import java.util.Locale;

/**
 * A URI of a record that is a URI and is not used. The others of the record are.
 *
 * @param uri the URI, escaped and shortened
 * @param why the reason
 */
public record RefusedUri(String uri, Why why) {

    /** Why a URI is not used. */
    public enum Why {
        /** Its scheme is neither {@code mailto} nor {@code https}. */
        SCHEME,
        /** It has more than 1024 octets. */
        TOO_LONG,
        /** There are five usable ones before it. */
        TOO_MANY,
        /** A {@code mailto} that names header fields or a body, such as a copy to somebody else. */
        MAIL_FIELDS,
        /** A {@code mailto} that is not for exactly one address of the plain form. */
        MAIL_ADDRESS,
        /** The host is missing, an address, or a name that the public DNS does not serve. */
        HOST,
        /** A user name or a password in front of the host. */
        USER_INFO,
        /** A port other than 443. */
        PORT,
        /** A fragment, which no request carries. */
        FRAGMENT;

        /**
         * The reason as it stands in logs.
         *
         * @return lower case, with hyphens, such as {@code user-info}
         */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    public String toString() {
        return uri + " (" + why.code() + ")";
    }
}
