package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class TrailTest {

    @Test
    void whatIsCalledASecretIsHiddenHoweverDeep() {
        JsonObject options = new JsonObject("""
                {"protocolOptions": {"user": "u", "Password": "p", "list": [{"apiKey": "k", "keep": 1}], "dbPasswordFile": null}}""");

        Trail trail = new Trail().input(options).before(options).after(options);

        JsonObject shown = new JsonObject("""
                {"protocolOptions": {"user": "u", "Password": "***", "list": [{"apiKey": "***", "keep": 1}], "dbPasswordFile": null}}""");
        assertThat(trail.input()).isEqualTo(shown);
        assertThat(trail.before()).isEqualTo(shown);
        assertThat(trail.after()).isEqualTo(shown);
    }

    @Test
    void whatIsNotThereStaysSo() {
        Trail trail = new Trail().before(null).after(null);

        assertThat(trail.before()).isNull();
        assertThat(trail.after()).isNull();
    }
}
