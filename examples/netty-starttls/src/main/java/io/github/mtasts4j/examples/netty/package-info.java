// SPDX-License-Identifier: Apache-2.0

/** MTA-STS in a sender on Netty: STARTTLS over {@code MxTls.engine}, judged between the handshake and MAIL FROM. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.examples.netty;
