// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.cache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.mtasts4j.cli.InputFile;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mta-sts cache import}. */
@Command(
        name = "import",
        description = {
            "Fetch the policies of the domains in an export into the store.",
            "",
            "What the export says about a policy is not believed: each domain is asked itself, as by warm."
        })
final class CacheImport implements Callable<Integer> {

    private static final int MAX_OCTETS = 256 << 20;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Surroundings here;

    @Parameters(paramLabel = "FILE", description = "What export has written, or - for standard input.")
    private String file = "";

    @Mixin
    private Warming warming = new Warming();

    CacheImport(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws InterruptedException {
        String text = new String(InputFile.read(file, MAX_OCTETS, here), StandardCharsets.UTF_8);
        Set<DomainName> domains = new LinkedHashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                domains.add(domain(line, number));
            }
        }
        return warming.run(List.copyOf(domains), here);
    }

    private DomainName domain(String line, int number) {
        try (JsonParser json = FACTORY.createParser(line)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean wanted = json.currentName().equals("domain");
                    JsonToken value = json.nextToken();
                    if (wanted
                            && value == JsonToken.VALUE_STRING
                            && DomainName.parseHost(json.getText()) instanceof Parsed.Ok<DomainName> ok) {
                        return ok.value();
                    }
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new Refusal(file + ", line " + number + ": not JSON", e);
        }
        throw new Refusal(file + ", line " + number + ": there is no \"domain\" in it");
    }
}
