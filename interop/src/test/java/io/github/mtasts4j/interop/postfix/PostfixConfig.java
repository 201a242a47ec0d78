// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.interop.Pem;
import io.github.mtasts4j.interop.PrivateDirectory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The files that make a Postfix: it takes mail for {@code *.example} into one maildir, and sends none. There is no
 * {@code nobody@}, and mail to {@code greylisted@} is asked to come back later.
 */
final class PostfixConfig {

    private static final String MAIN = """
            compatibility_level = 3.6
            config_directory = $dir/etc
            queue_directory = $dir/queue
            data_directory = $dir/data
            maillog_file = /dev/stdout
            myhostname = postfix.example
            mydestination =
            mynetworks =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            smtpd_peername_lookup = no
            in_flow_delay = 0
            alias_maps =
            alias_database =
            virtual_mailbox_domains = regexp:$dir/etc/domains
            virtual_mailbox_maps = regexp:$dir/etc/mailboxes
            virtual_mailbox_base = $dir/mail
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            smtpd_relay_restrictions = reject_unauth_destination
            smtpd_recipient_restrictions = check_recipient_access regexp:$dir/etc/recipients
            smtpd_tls_security_level = may
            smtpd_tls_loglevel = 1
            smtpd_tls_received_header = yes
            """;

    private static final String SERVICES = """
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            error unix - - n - - error
            retry unix - - n - - error
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            tlsmgr unix - - n 1000? 1 tlsmgr
            postlog unix-dgram n - n - 1 postlogd
            """;

    private PostfixConfig() {}

    /** Writes it, and makes the directories that Postfix does not make itself. */
    static Path write(PrivateDirectory dir, Map<Smtpd, InetSocketAddress> hosts) {
        dir.directory("queue", "root");
        dir.directory("data", "postfix");
        dir.directory("mail", "nobody");
        dir.directory("tls", "root");
        Path config = dir.directory("etc", "root");
        String root = dir.path("").toString();
        dir.file("etc/main.cf", MAIN.replace("$dir", root));
        dir.file("etc/domains", "/\\.example$/ ours\n");
        dir.file("etc/mailboxes", "!/^nobody@/ everybody/\n");
        dir.file("etc/recipients", "/^greylisted@/ 450 4.2.0 Greylisted, come back later\n");
        StringBuilder master = new StringBuilder(SERVICES);
        hosts.forEach((host, address) -> master.append(service(host, address, root + "/tls")));
        dir.file("etc/master.cf", master.toString());
        writeIdentities(dir, hosts.keySet());
        return config;
    }

    private static void writeIdentities(PrivateDirectory dir, Set<Smtpd> hosts) {
        StringBuilder sni = new StringBuilder();
        for (Smtpd host : hosts) {
            host.identity().ifPresent(identity -> {
                Path file = dir.secret("tls/" + host.host() + ".pem", Pem.of(identity));
                sni.append(host.host() + " " + file + "\n");
            });
        }
        dir.file("tls/sni", sni.toString());
    }

    private static String service(Smtpd host, InetSocketAddress address, String tls) {
        StringBuilder service = new StringBuilder(address.getAddress().getHostAddress() + ":" + address.getPort())
                .append(" inet n - n - - smtpd\n  -o syslog_name=")
                .append(Smtpd.syslogName(host.host()))
                .append('\n');
        host.settings()
                .forEach(setting -> service.append("  -o ")
                        .append(setting.replace("$dir", tls))
                        .append('\n'));
        return service.toString();
    }
}
