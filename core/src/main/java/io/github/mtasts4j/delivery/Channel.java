// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.delivery;

/** What a delivery may go over. */
public enum Channel {
    /** TLS with a host that is proved to be the right one. */
    AUTHENTICATED,
    /** TLS, whoever the peer is; no plaintext. */
    ENCRYPTED,
    /** Whatever the sender's own rules for opportunistic TLS allow, plaintext perhaps. */
    OPPORTUNISTIC
}
