using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Infrastructure.RabbitMq;

namespace UnitTests.RabbitMq;

public sealed class HeartbeatTimerFaultsTests
{
    // As a process printed it that ended of it.
    private const string Seen =
        """
           at RabbitMQ.Client.Impl.Channel.OnSessionShutdownAsync(Object sender, ShutdownEventArgs reason)
           at RabbitMQ.Client.Impl.AsyncEventingWrapper`1.InternalInvoke(Delegate[] handlers, Object sender, TEvent event)
           at RabbitMQ.Client.Impl.Channel.FinishCloseAsync(CancellationToken cancellationToken)
           at RabbitMQ.Client.Framing.Connection.FinishCloseAsync(CancellationToken cancellationToken)
           at RabbitMQ.Client.Framing.Connection.HeartbeatReadTimerCallback(Object state)
           at System.Threading.Tasks.Task.<>c.<ThrowAsync>b__124_1(Object state)
           at System.Threading.ThreadPoolWorkQueue.Dispatch()
        """;

    [Fact]
    public void A_failure_that_comes_out_of_the_clients_timer_is_one() =>
        Assert.True(HeartbeatTimerFaults.IsOne(From(Seen)));

    [Fact]
    public void The_same_failure_from_anywhere_else_is_not() =>
        Assert.False(HeartbeatTimerFaults.IsOne(From("   at RabbitMQ.Client.Framing.Connection.FinishCloseAsync(CancellationToken cancellationToken)")));

    [Fact]
    public void A_callback_of_somebody_else_with_that_name_is_not() =>
        Assert.False(HeartbeatTimerFaults.IsOne(From("   at Somebody.HeartbeatReadTimerCallback(Object state)")));

    [Fact]
    public void A_failure_that_was_never_thrown_is_not() =>
        Assert.False(HeartbeatTimerFaults.IsOne(new ChannelClosedException()));

    private static Exception From(string stackTrace) =>
        ExceptionDispatchInfo.SetRemoteStackTrace(new ChannelClosedException(), stackTrace);
}
