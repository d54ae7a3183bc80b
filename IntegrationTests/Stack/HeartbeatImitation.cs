using System.Threading.Channels;

// The name is what a failure of the client's timer is known by.
namespace RabbitMQ.Client.Imitation;

/// <summary>The client's own race cannot be made to happen at will: seen once in some hundred lost connections on a busy machine.</summary>
internal static class Connection
{
    public static async void HeartbeatReadTimerCallback(object? state)
    {
        await Task.Yield();
        throw new ChannelClosedException();
    }
}
