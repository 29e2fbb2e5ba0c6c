package tocsin.connector.kinesis.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class FaultTest {
  @Test
  void asksAgainAfterThrottlingServerFaultsAndTimeOuts() {
    assertThat(Fault.of(ProvisionedThroughputExceededException.builder().statusCode(400).build()))
        .isEqualTo(Fault.TRANSIENT);
    assertThat(Fault.of(KinesisException.builder().statusCode(503).build()))
        .isEqualTo(Fault.TRANSIENT);
    assertThat(Fault.of(SdkClientException.create("read", new SocketTimeoutException("timed out"))))
        .isEqualTo(Fault.TRANSIENT);
  }

  @Test
  void givesUpOnCredentialsPermissionsAndBadRequests() {
    assertThat(Fault.of(SdkClientException.create("Unable to load credentials")))
        .isEqualTo(Fault.FATAL);
    assertThat(Fault.of(AccessDeniedException.builder().statusCode(400).build()))
        .isEqualTo(Fault.FATAL);
    assertThat(Fault.of(InvalidArgumentException.builder().statusCode(400).build()))
        .isEqualTo(Fault.FATAL);
    assertThat(Fault.of(new IllegalStateException("ours"))).isEqualTo(Fault.FATAL);
  }

  @Test
  void tellsAnExpiredIteratorAndAMissingShardApart() {
    assertThat(Fault.of(ExpiredIteratorException.builder().build()))
        .isEqualTo(Fault.EXPIRED_ITERATOR);
    assertThat(Fault.of(ResourceNotFoundException.builder().build())).isEqualTo(Fault.NOT_FOUND);
  }

  @Test
  void tellsARefusalForTooManyCallsFromAnyOtherFault() {
    assertThat(Fault.isThrottling(ProvisionedThroughputExceededException.builder().build()))
        .isTrue();
    assertThat(
            Fault.isThrottling(
                KinesisException.builder()
                    .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode("ThrottlingException").build())
                    .build()))
        .isTrue();
    assertThat(Fault.isThrottling(KinesisException.builder().statusCode(503).build())).isFalse();
    assertThat(Fault.isThrottling(new IllegalStateException("ours"))).isFalse();
  }
}
