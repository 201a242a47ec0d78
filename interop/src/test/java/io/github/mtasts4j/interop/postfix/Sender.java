// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

/** Any program that sends mail by the library's word. */
@FunctionalInterface
interface Sender {

    /** Makes one attempt at each MX of the recipient's domain, as far as it has to. */
    Report send(String from, String recipient, String message) throws InterruptedException;

    /**
     * What the sender says of it.
     *
     * @param delivered whether an MX has taken the message
     * @param account what happened, for a postmaster
     */
    record Report(boolean delivered, String account) {}
}
