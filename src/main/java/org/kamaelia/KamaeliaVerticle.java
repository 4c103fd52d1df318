package org.kamaelia;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;
import org.kamaelia.protocol.Protocol;

/** A {@link Kamaelia} as a verticle: deploying it opens, undeploying it shuts down gracefully. */
public final class KamaeliaVerticle extends VerticleBase {
    private final KamaeliaOptions options;
    private final Protocol[] protocols;
    private @Nullable Kamaelia kamaelia;

    /**
     * A verticle; deploy one instance, for it deploys a scheduler per event loop itself.
     *
     * @param protocols beside those on the class path
     */
    public KamaeliaVerticle(KamaeliaOptions options, Protocol... protocols) {
        this.options = options;
        this.protocols = protocols.clone();
    }

    @Override
    public Future<?> start() {
        Kamaelia created = Kamaelia.create(vertx, options);
        for (Protocol each : protocols) {
            created.protocol(each);
        }
        kamaelia = created;
        return created.open();
    }

    @Override
    public Future<?> stop() {
        return kamaelia().shutdown();
    }

    /**
     * What runs in it.
     *
     * @throws IllegalStateException before it is deployed
     */
    public Kamaelia kamaelia() {
        Kamaelia running = kamaelia;
        if (running == null) {
            throw new IllegalStateException("the verticle is not deployed");
        }
        return running;
    }
}
