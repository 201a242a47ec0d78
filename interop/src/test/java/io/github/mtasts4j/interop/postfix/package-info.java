// SPDX-License-Identifier: Apache-2.0

/** Postfix as the MX: what the senders decide, and what Postfix has then seen of them and has in its mailboxes. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.interop.postfix;
