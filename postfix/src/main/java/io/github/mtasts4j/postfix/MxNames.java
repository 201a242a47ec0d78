// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.policy.DomainName;
import java.util.List;

/**
 * Says which hosts Postfix will find for a domain, so that a pattern such as {@code *.example.net} can be answered with the
 * names of the hosts it covers ({@link AnswerForm#PLAIN}). Called by many threads at once.
 */
@FunctionalInterface
public interface MxNames {

    /**
     * Asks for the mail exchangers of a domain. May wait for the network, for some seconds.
     *
     * @param domain the domain
     * @return their names, or the domain itself where it has no MX records; empty if they could not be found out, and the mail
     *     waits
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    List<DomainName> of(DomainName domain) throws InterruptedException;
}
