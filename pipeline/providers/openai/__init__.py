"""Services that speak OpenAI's images API: ``wire`` is what travels, ``client`` is the provider."""
