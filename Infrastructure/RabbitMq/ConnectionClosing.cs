using RabbitMQ.Client;

namespace Infrastructure.RabbitMq;

/// <summary>Takes leave of a broker that may not answer.</summary>
public static class ConnectionClosing
{
    // For manners only: the broker gives messages back when the socket closes, with or without a goodbye.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Closes the connection, but waits for two seconds at most. The client's own limits add up to ten, part of them in a blocking call,
    /// so the rest goes on in the background.
    /// </summary>
    public static async Task CloseBrieflyAsync(this IConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        try
        {
            await Task.Run(() => CloseAsync(connection)).WaitAsync(Patience);
        }
        catch (Exception)
        {
            // It did not answer in time, or it is gone already.
        }
    }

    /// <summary>The same for a connection that is still being opened and that nobody waits for any more.</summary>
    internal static async Task CloseWhenOpenAsync(Task<IConnection> opening)
    {
        try
        {
            await (await opening).CloseBrieflyAsync();
        }
        catch (Exception)
        {
            // It never opened.
        }
    }

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.CloseAsync(Constants.ReplySuccess, "goodbye", Patience, abort: true);
        }
        finally
        {
            connection.Dispose();
        }
    }
}
