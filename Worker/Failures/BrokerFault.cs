using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;

namespace Worker.Failures;

/// <summary>Why there is no broker.</summary>
/// <param name="Problem">In one line, for people.</param>
/// <param name="NeedsOperator">It does not pass by itself: a password, a right, a virtual host, a queue with other arguments.</param>
internal readonly record struct BrokerFault(string Problem, bool NeedsOperator)
{
    public static BrokerFault Of(Exception failure) => failure switch
    {
        // Its own text says what to do; its cause is the broker's.
        TopologyMismatchException => new BrokerFault(failure.Message, NeedsOperator: true),
        _ when BrokerRefusal.Of(failure) is { } refusal => new BrokerFault(refusal, NeedsOperator: true),

        // The client gave up waiting, and its own text does not say for what.
        OperationCanceledException => new BrokerFault("the broker did not answer a request in time", NeedsOperator: false),
        _ => new BrokerFault(BrokerRefusal.Describe(failure), NeedsOperator: false),
    };
}
