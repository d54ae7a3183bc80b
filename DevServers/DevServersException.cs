namespace DevServers;

/// <summary>Something the user can act on: the text says what was seen and what to do, so it is shown without a stack trace.</summary>
public sealed class DevServersException(string message, Exception? innerException = null) : Exception(message, innerException);
