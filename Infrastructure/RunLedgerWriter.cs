namespace Infrastructure;

/// <summary>Writes a <see cref="RunLedger"/> while the run goes on. Safe to use from any thread.</summary>
public sealed class RunLedgerWriter : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly StreamWriter _file;

    /// <summary>Creates the file; one that is there is overwritten.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public RunLedgerWriter(string path)
    {
        _file = new StreamWriter(path, append: false, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferBytes) { NewLine = "\n" };
        _file.WriteLine(RunLedger.Header);
    }

    /// <summary>A message was handed to the publisher, which confirms it or reports it.</summary>
    /// <param name="messageId">Its id.</param>
    public void Sent(Guid messageId)
    {
        Span<char> text = stackalloc char[36];
        messageId.TryFormat(text, out _);
        lock (_gate)
        {
            _file.WriteLine(text);
        }
    }

    /// <summary>One of them was reported as not confirmed.</summary>
    /// <param name="messageId">Its id.</param>
    public void NotConfirmed(string messageId)
    {
        lock (_gate)
        {
            _file.Write(RunLedger.NotConfirmed);
            _file.WriteLine(messageId);
        }
    }

    /// <summary>Every message is confirmed or reported.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _file.WriteLine(RunLedger.End);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
