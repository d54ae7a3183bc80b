namespace Producer.Publish;

/// <summary>What is done about lines that are no valid order.</summary>
/// <param name="Strict">Stop at the first.</param>
/// <param name="Unchecked">Do not look: send them.</param>
internal sealed record PublishRules(bool Strict, bool Unchecked);
