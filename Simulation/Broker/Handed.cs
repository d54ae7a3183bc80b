namespace Simulation.Broker;

/// <summary>A message that was handed out under a tag.</summary>
/// <param name="Tag">The delivery tag.</param>
/// <param name="Message">The message.</param>
/// <param name="Redelivered">It was handed out before.</param>
internal readonly record struct Handed(ulong Tag, Message Message, bool Redelivered);
