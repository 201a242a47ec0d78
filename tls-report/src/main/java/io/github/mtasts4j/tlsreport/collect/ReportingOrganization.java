// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.collect;

import io.github.mtasts4j.tlsreport.MailAddress;

/**
 * Who reports. The nodes of a cluster are one organization, with one contact.
 *
 * @param name its name
 * @param contact whom to ask; its domain is the one that submits the reports, and signs them
 */
public record ReportingOrganization(String name, MailAddress contact) {

    /**
     * Checks the name.
     *
     * @param name its name
     * @param contact whom to ask
     * @throws IllegalArgumentException if the name is empty
     */
    public ReportingOrganization {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a report has the name of an organization");
        }
    }
}
