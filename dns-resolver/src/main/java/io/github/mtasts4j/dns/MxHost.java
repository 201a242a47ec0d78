// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.policy.DomainName;

/**
 * One mail exchanger.
 *
 * @param preference the lower, the earlier it is tried
 * @param host its name as it stands in the MX record, even where that is a CNAME: it is what a policy has to list (§4.1)
 */
public record MxHost(int preference, DomainName host) {}
