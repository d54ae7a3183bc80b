namespace Worker.Operations;

/// <summary>
/// Lets whatever waits for a socket go on in the thread that saw the socket become ready. As .NET comes, that thread wakes one of the pool for it,
/// and where worker, broker and database share the cores waking it costs as much as what it then does.
/// </summary>
/// <remarks>
/// In return nothing in this program may block a thread while it waits for a socket: the thread could be the one that would see it. So all I/O
/// is asynchronous to the end.
/// </remarks>
internal static class SocketCompletions
{
    // .NET's own switch, for which there is no other way. Whoever sets it to 0 has the pool back.
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Must be called before the first socket is made: it looks once.</summary>
    public static void RunInline()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }
}
