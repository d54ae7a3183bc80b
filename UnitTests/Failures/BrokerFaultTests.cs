using System.Net.Sockets;
using System.Security.Authentication;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Options;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class BrokerFaultTests
{
    public static TheoryData<Exception, string, bool> Failures() => new()
    {
        { Unreachable(new AuthenticationFailureException("ACCESS_REFUSED - Login was refused")), "ACCESS_REFUSED - Login was refused", true },
        { Unreachable(new PossibleAuthenticationFailureException("Possibly the password", new IOException("gone"))), "gone", false },
        { Unreachable(Refused(530, "NOT_ALLOWED - vhost shop not found")), "NOT_ALLOWED - vhost shop not found", true },
        { Refused(403, "ACCESS_REFUSED - access to queue 'orders' refused"), "ACCESS_REFUSED - access to queue 'orders' refused", true },
        { new AuthenticationException("its certificate is not accepted", Unreachable(new IOException("gone"))), "its certificate is not accepted", true },
        { new OptionsValidationException("", typeof(RabbitMqOptions), ["no address", "no pipeline"]), "no address; no pipeline", true },
        { Unreachable(new SocketException((int)SocketError.ConnectionRefused)), new SocketException((int)SocketError.ConnectionRefused).Message, false },
        { Refused(541, "INTERNAL_ERROR"), Refused(541, "INTERNAL_ERROR").Message, false },
        { Refused(320, "CONNECTION_FORCED"), Refused(320, "CONNECTION_FORCED").Message, false },
        { new TaskCanceledException(), "the broker did not answer a request in time", false },
        { new TimeoutException("broker:5672 did not complete a connection within 5 s"), "broker:5672 did not complete a connection within 5 s", false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void It_is_named_by_its_cause_and_known_whether_it_passes_by_itself(Exception failure, string problem, bool needsOperator) =>
        Assert.Equal(new BrokerFault(problem, needsOperator), BrokerFault.Of(failure));

    [Fact]
    public void Other_arguments_are_an_operators_and_keep_their_advice()
    {
        var mismatch = TopologyMismatchException.From(Refused(
            406, "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'orders' in vhost '/': received '20' but current is '5'"))!;

        Assert.Equal(new BrokerFault(mismatch.Message, NeedsOperator: true), BrokerFault.Of(mismatch));
    }

    private static BrokerUnreachableException Unreachable(Exception cause) => new(new AggregateException(cause));

    private static OperationInterruptedException Refused(ushort code, string text) =>
        new(new ShutdownEventArgs(RabbitMQ.Client.ShutdownInitiator.Peer, code, text));
}
