"""kie.ai: ``wire`` is what travels (the sandbox speaks it too), ``client`` is the provider."""
