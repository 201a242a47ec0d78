// SPDX-License-Identifier: Apache-2.0

/**
 * MTA-STS for Postfix: {@link io.github.mtasts4j.postfix.PostfixServer} answers its {@code smtp_tls_policy_maps} over the
 * socketmap protocol, {@link io.github.mtasts4j.postfix.MetricsServer} tells how it is doing.
 */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.postfix;
