"""The contract as a table: each row's id, what it says, and the tests that show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One promise; `tests` are node ids, `gap` says what of it does not hold."""

    id: str
    says: str
    tests: tuple[str, ...]
    gap: str = ""


def _row(id: str, says: str, *, gap: str = "", **files: str) -> Row:
    """Make a row; `files` are modules (`__` is a folder) and names of tests in them."""
    return Row(id, says, tuple(_ids(files)), gap)


def _ids(files: dict[str, str]) -> Iterator[str]:
    for file, names in files.items():
        folder, slash, module = file.rpartition("__")
        path = f"tests/{folder}{'/' if slash else ''}test_{module}.py"
        yield from (f"{path}::test_{name}" for name in names.split())


INPUT = (
    _row(
        "T01",
        "text of an event is data in a fenced block; only schema-true JSON comes back",
        hostile="a_model_that_obeys_gets_nothing_done "
        "a_model_that_says_nothing_hides_nothing",
        prompt="the_delimiter_stands_only_where_we_put_it "
        "each_run_has_its_own_delimiter role_tokens_do_not_stand_bare "
        "the_system_message_holds_our_words_alone sections_come_back_as_they_went_in",
        reply="what_does_not_fit_is_refused",
        contracts="hostile_text_can_be_gathered "
        "every_object_of_a_reply_is_closed_and_whole",
        tasks__triage="what_a_log_says_of_itself_changes_no_verdict",
    ),
    _row(
        "T02",
        "what a reader of the page would not see is taken out and counted",
        sanitize="what_the_page_hides_is_taken_out what_the_page_shows_is_kept "
        "no_comment_outside_code_is_left_and_a_second_pass_agrees "
        "hidden_fragments_are_counted",
        fuzz="prose_a_model_reads_hides_nothing",
        context__thread="what_no_human_sees_is_not_read what_no_human_sees_is_reported",
    ),
    _row(
        "T03",
        "invisible characters go from prose and are shown in code, with a finding",
        sanitize="a_character_that_draws_nothing_is_removed_and_counted "
        "code_shows_what_cannot_be_seen terminal_orders_go_whole "
        "a_payload_of_variation_selectors_after_an_emoji_goes",
        context__risks="invisible_characters_are_named "
        "what_people_write_is_not_invisible",
        tasks__triage="what_nobody_would_see_in_a_log_is_shown",
    ),
    _row(
        "T06",
        "secrets go before the network: values, then shapes, then assignments",
        secrets="a_value_of_ours_is_redacted_before_a_model_sees_it "
        "known_shapes_go_whole_under_their_kind what_is_no_secret_stays "
        "what_is_assigned_to_a_secret_name_goes lines_keep_their_numbers "
        "credentials_go_and_what_is_around_them_stays",
        benchmark_redaction="recall_is_high_everywhere_a_secret_can_stand "
        "commit_names_are_no_secrets",
        case="secrets_are_taken_out_of_everything_gathered",
        pipeline="a_secret_in_a_file_that_was_looked_up_reaches_no_model",
        encoded="no_disguise_hides_the_secret_of_another what_hides_nothing_stays "
        "secrets_are_found_inside_of_what_carries_them",
    ),
    _row(
        "T20",
        "a command is one exact first line of a created comment on an open item",
        commands="every_form_of_the_grammar_is_read "
        "what_only_looks_like_a_command_is_none huge_comments_take_no_time "
        "no_text_breaks_the_parser_and_none_leaves_the_closed_sets",
        standing="a_quoted_command_is_none",
        case="a_closed_item_is_left_alone_before_any_permission",
        hostile="a_model_that_obeys_gets_nothing_done",
        attacks="what_only_resembles_a_command_asks_no_model",
    ),
    _row(
        "T13",
        "a comment sets no option; an unknown word gets one usage reply",
        commands="a_command_never_holds_a_word_of_the_writers_own "
        "the_usage_reply_names_the_nearest_word_and_quotes_nothing",
        standing="an_unknown_command_of_a_writer_is_answered_with_the_usage "
        "a_strangers_unknown_command_is_refused_and_not_explained",
        end_to_end="a_strangers_command_is_refused_with_one_line_a_thread",
    ),
    _row(
        "T12",
        "configuration comes from the default branch; a change's own is diff data",
        end_to_end="the_policy_of_a_pull_request_changes_nothing "
        "the_policy_of_the_default_branch_is_followed",
        pipeline="instructions_come_from_the_default_branch",
        github__reader="a_pull_request_does_not_change_what_is_trusted",
        policy="hostile_files_get_a_clear_error "
        "a_mistake_is_named_with_file_line_and_key",
        context__risks="files_whose_change_is_worth_a_line "
        "a_renamed_instruction_file_counts_by_both_names",
        hooks="policy_of_the_work_tree_and_of_the_change_do_not_count",
        attacks="no_policy_brings_anything_down",
    ),
    _row(
        "T33",
        "rules decide before text; text raises scrutiny and never lowers it",
        classify__rules="prose_cannot_make_a_pull_request_anything_else "
        "labels_nobody_vouched_for_do_not_count",
        stakes="text_never_lowers text_raises_by_one_step",
        case="text_raises_stakes_and_never_lowers_them",
        context__verdict="any_overlap_makes_it_the_changes",
        spending="no_policy_allows_more_than_forty_calls",
        route="nobody_is_lifted_above_their_ceiling",
    ),
    _row(
        "T41",
        "a second look can only take a blocker away or down, never let one through",
        parts="a_blocker_is_looked_at_a_second_time_by_the_class_that_said_it "
        "a_second_look_that_fails_leaves_a_major",
        verify__second_look="no_reply_is_no_verdict "
        "verdicts_are_by_number_and_two_that_differ_are_none",
        adversarial_review="an_invented_blocker_does_not_survive_a_second_look",
    ),
)
IDENTITY = (
    _row(
        "T17",
        "write access is asked of the permission API; any error is a no",
        access="only_two_permissions_write every_other_permission_does_not "
        "a_role_everybody_has_opens_nothing trust_is_the_lowest_of_all",
        access_table="every_combination_gets_what_the_rules_say",
        github__people="permissions_are_what_the_api_says "
        "a_permission_that_cannot_be_asked_for_is_none",
        events="a_run_is_of_both_its_actors_and_the_author_once_known",
        gap="that a token with metadata:read may ask is not tried on the live API",
    ),
    _row(
        "T18",
        "a bot commands nothing unless listed and its author passes; forks by id",
        access="a_listed_bot_needs_an_author_who_passes "
        "a_login_that_ends_like_a_bot_is_judged_by_its_type",
        access_table="every_combination_gets_what_the_rules_say",
        events="only_a_listed_bot_may_give_orders_and_never_ourselves "
        "a_fork_is_told_by_its_repository_id "
        "a_fork_that_copies_the_name_is_still_a_fork "
        "two_missing_repository_ids_are_not_the_same_repository",
        standing="a_bots_command_is_ignored",
    ),
    _row(
        "T19",
        "what came at or after the trigger is not read; a moved head wants its commit",
        github__reader="a_comment_edited_after_the_command_is_left_out "
        "a_comment_time_that_is_no_time_hides_the_thread "
        "the_thread_ends_before_the_comment_that_asked",
        standing="a_fork_pushed_to_after_the_command_has_to_be_pinned "
        "a_fork_that_stood_still_or_is_pinned_is_followed",
        access="a_head_pushed_at_or_after_the_comment_has_moved "
        "a_comment_without_a_time_counts_as_moved",
        events="every_payload_is_read_and_answered_as_the_table_says",
    ),
    _row(
        "T21",
        "only a comment of our own account counts, and sealed where there is a key",
        github__publisher="a_forged_marker_of_another_author_is_left_alone "
        "another_bots_comment_is_not_ours reviews_of_others_are_not_ours",
        ledger="a_changed_marker_loses_its_seal "
        "a_marker_proves_nothing_in_another_place "
        "only_a_whole_marker_in_the_last_line_counts",
        publish="a_marker_in_model_text_is_not_taken_for_ours",
        sticky="with_a_key_a_broken_seal_starts_the_totals_again",
    ),
    _row(
        "T22",
        "we never answer ourselves; 3 new comments an hour and 10 a day in a thread",
        events="an_item_is_its_authors_and_whoever_touched_it "
        "a_quoted_marker_does_not_silence_a_person",
        end_to_end="our_own_comment_costs_no_request",
        caps="the_fourth_comment_within_an_hour_is_not_made "
        "the_eleventh_comment_within_a_day_is_not_made "
        "an_answer_that_stands_is_still_edited "
        "a_thread_that_is_full_asks_no_model "
        "the_repository_has_a_cap_of_its_own "
        "a_policy_can_only_lower_them",
        classify__rules="any_other_run_of_our_own_routes_nowhere",
    ),
    _row(
        "T36",
        "the target is the event's own item; a draft and a reply can name none",
        draft="a_draft_names_no_target",
        github__target="two_pull_requests_of_one_head_are_no_answer "
        "the_pull_requests_that_a_run_names_itself_are_not_believed",
        hostile="a_model_that_obeys_gets_nothing_done",
        end_to_end="a_hostile_draft_is_refused",
    ),
    _row(
        "T34",
        "a review is a comment: nothing approves, merges, labels or praises",
        github__publisher="a_review_stands_on_its_lines_and_approves_nothing",
        review__words="no_review_praises_or_approves",
        hostile="a_model_that_obeys_gets_nothing_done",
    ),
)
RUNNER = (
    _row(
        "T07",
        "no expression in a script; child processes by argument list",
        workflows="no_script_holds_an_expression_and_no_checkout_leaves_a_token",
        action_yml="every_input_comes_by_the_environment_and_none_by_the_script",
        docs=""
        "a_workflow_that_is_shown_pins_permits_little_and_puts_nothing_into_scripts",
        source_rules="no_shell_and_no_evaluation_anywhere",
    ),
    _row(
        "T08",
        "outputs: fixed keys, closed patterns, a delimiter that cannot be guessed",
        action="the_fence_of_an_output_cannot_be_guessed "
        "what_does_not_fit_its_pattern_is_written_as_nothing "
        "nothing_else_becomes_an_output",
        source_rules="the_runners_environment_and_path_are_never_written",
    ),
    _row(
        "T09",
        "no text of others reaches the runner's log as a command",
        sanitize="a_log_line_commands_no_runner a_log_line_is_escaped_and_bounded",
        cli__distill="nothing_of_the_log_can_be_a_workflow_command",
        hostile="a_model_that_obeys_gets_nothing_done",
        action="a_notice_is_one_line_with_one_command",
        attacks="no_words_of_others_command_the_runner",
    ),
    _row(
        "T10",
        "outputs are words of closed sets, and no example puts them into a script",
        action="outputs_are_written_where_they_fit",
        docs=""
        "a_workflow_that_is_shown_pins_permits_little_and_puts_nothing_into_scripts",
    ),
    _row(
        "T11",
        "the Action checks nothing out and runs nothing of a change",
        action_yml="install_takes_the_locked_wheels_and_a_copy_of_the_package "
        "route_answers_the_event_and_sets_the_outputs",
        workflows="nothing_runs_with_the_rights_of_the_base_on_a_forks_word",
    ),
    _row(
        "T14",
        "a run leads to its pull request by head and repository id, else to nothing",
        github__target="a_run_finds_its_pull_request "
        "a_forks_run_finds_its_pull_request "
        "forks_with_a_branch_of_the_same_name_are_told_apart "
        "a_run_without_a_whole_head_has_no_item",
        github__runs="of_a_forks_run_nothing_is_downloaded "
        "of_a_run_of_somebody_untrusted_nothing_is_downloaded",
        case="a_forks_run_of_a_workflow_of_its_own_is_not",
        attacks="a_forged_run_reaches_no_pull_request",
    ),
    _row(
        "T15",
        "archives are read in memory, capped by count, ratio and size, never unpacked",
        context__archive="a_bomb_ends_at_its_ratio_and_what_came_before_stays "
        "an_archive_of_many_entries_is_not_read one_file_and_all_of_them_have_a_cap "
        "a_size_that_the_archive_makes_up_does_not_count "
        "what_is_no_regular_file_is_passed_over "
        "a_name_that_climbs_or_is_no_files_is_passed_over "
        "a_broken_archive_never_raises",
    ),
    _row(
        "T16",
        "no cache in the Action, the workflows and the release",
        workflows="no_script_holds_an_expression_and_no_checkout_leaves_a_token",
        release="nothing_is_restored_from_a_cache",
    ),
    _row(
        "T26",
        "generated tests run shut in, in a job that holds nothing, when asked for",
        tasks__test="suggested_tests_say_that_nobody_ran_them",
        workflows="job_that_runs_tests_is_off_by_default_and_holds_nothing",
        verify_job="verdicts_of_a_hostile_run_add_and_alter_nothing "
        "keys_and_tests_are_never_in_one_job "
        "nothing_is_run_where_it_could_do_harm",
        source_rules="only_git_ourselves_and_the_sandbox_start_programs",
        hostile="a_model_that_obeys_gets_nothing_done",
        verify__sandbox="only_the_scratch_folder_can_be_written "
        "there_is_no_network_but_the_loopback memory_and_output_have_an_end "
        "what_hangs_is_killed_with_all_it_started",
    ),
    _row(
        "T31",
        "few dependencies, locked with hashes, wheels only, a week old, python -I",
        layout="lock_has_hashes_and_no_addresses locks_are_fresh "
        "every_declared_dependency_has_a_home_and_is_used",
        action_yml="install_takes_the_locked_wheels_and_a_copy_of_the_package "
        "package_with_another_hash_is_not_installed_and_turns_nothing_red",
        supply="updates_wait_a_week the_bill_of_materials_is_the_lock",
    ),
    _row(
        "T32",
        "a release by trusted publishing, attested, in a job of its own, without cache",
        release="the_job_that_publishes_does_nothing_else "
        "what_is_published_is_attested nothing_is_restored_from_a_cache "
        "a_tag_that_is_not_the_version_is_refused",
        docs=""
        "a_workflow_that_is_shown_pins_permits_little_and_puts_nothing_into_scripts",
        gap="immutable releases, protected tags and reviewers are settings at GitHub",
    ),
    _row(
        "T37",
        "a public repository on a runner of its own is warned",
        action="a_runner_of_ones_own_is_named_where_the_repository_is_public",
    ),
)
OUTPUT = (
    _row(
        "T04",
        "keys are read once, leave the environment, and no child inherits them",
        action="secrets_are_taken_out_of_the_environment",
        plumbing="environment_is_an_allow_list",
        context__diff="symlinks_and_submodules_are_known_by_their_mode",
        ask="keys_do_not_stand_in_what_is_printed",
        http="what_is_printed_of_a_request_holds_no_key",
    ),
    _row(
        "T05",
        "a value of ours in any disguise stops the run; a shape drops its section",
        hostile="no_form_of_a_secret_leaves",
        secrets="a_value_of_ours_is_known_in_disguise an_honest_text_does_not_leak "
        "base64_is_found_at_every_alignment",
        publish="a_secret_of_ours_anywhere_stops_everything "
        "what_only_looks_like_a_secret_is_left_out",
        end_to_end="a_secret_in_an_answer_stops_the_run_and_posts_nothing",
        answer="a_reply_that_repeats_the_canary_is_not_used",
        attacks="no_way_to_hide_a_secret_in_an_answer_works",
        gap="pieces under twelve characters, spread over many runs, pass",
    ),
    _row(
        "T39",
        "tokens are opaque and may grow",
        secrets="known_shapes_go_whole_under_their_kind",
        action="every_secret_is_masked_in_one_line",
    ),
    _row(
        "T23",
        "mentions, references and closing words come out dead",
        markdown="model_text_is_neutralised no_text_comes_alive_on_the_page "
        "the_requesting_user_is_called_once",
        fuzz="a_mutant_of_what_attackers_write_comes_out_dead",
        publish="model_text_comes_out_dead_everywhere",
    ),
    _row(
        "T24",
        "no images, no raw HTML, links to known hosts, nothing left open",
        markdown="a_link_that_could_carry_or_mislead_is_text "
        "nothing_stays_open_behind_the_text a_fence_is_longer_than_what_it_holds "
        "a_second_pass_changes_nothing",
        fuzz="a_mutant_of_what_attackers_write_comes_out_dead",
        end_to_end="a_draft_comes_out_dead_whoever_wrote_it",
    ),
    _row(
        "T25",
        "a suggestion is one click only where that click is harmless",
        remark="no_click_changes_what_decides_what_runs what_changes_nothing"
        "_is_no_suggestion ten_suggestions_a_review_can_be_clicked "
        "invisible_characters_are_never_one_click_away "
        "what_brings_danger_in_is_shown_with_a_warning "
        "removed_lines_take_no_suggestion a_suggestion_cannot_leave_its_fence",
        verify__suggestion="what_does_not_apply_is_text "
        "files_that_decide_what_runs_are_not_changed_by_a_click",
        adversarial_review="every_suggestion_that_is_posted_applies_and_parses",
    ),
    _row(
        "T27",
        "a fixed set of hosts; no redirect but to log stores, without the token",
        wire__address="plain_http_needs_the_users_word "
        "private_hosts_need_the_users_word loopback_is_told_from_private",
        github__client="no_link_header_leads_elsewhere "
        "owner_and_name_cannot_leave_their_place_in_a_path",
        github__reader="a_log_is_fetched_without_the_token",
        github__runs="a_log_on_another_host_is_not_fetched",
        hostile="a_model_that_obeys_gets_nothing_done",
        faults="R09_model_formats_survive",
    ),
    _row(
        "T28",
        "a path counts only byte for byte as the list has it; hunks by their counts",
        context__diff="paths_that_leave_the_repository_are_dropped_with_a_note "
        "headers_inside_a_hunk_stay_content "
        "counts_that_do_not_hold_forbid_comments_but_keep_the_lines",
        verify__claims="a_path_that_plays_tricks_exists_nowhere "
        "a_path_of_the_tree_exists",
        github__changes="a_name_cannot_pass_for_a_line_of_the_diff",
    ),
    _row(
        "T29",
        "length caps before patterns, no pattern that backtracks, linear scanners",
        source_rules="no_pattern_backtracks",
        context__log="no_line_makes_a_pattern_backtrack "
        "no_pattern_has_an_unbounded_quantifier",
        sanitize="a_megabyte_of_the_worst_takes_under_a_second "
        "prose_is_read_up_to_its_limit",
        markdown="a_megabyte_of_the_worst_takes_under_a_second",
        secrets="a_megabyte_of_the_worst_takes_about_a_second",
        reply="the_longest_of_the_worst_takes_under_a_second",
        payload="any_json_is_an_event_or_unreadable",
        globs="hostile_globs_take_no_time",
    ),
    _row(
        "T30",
        "a model call for whom the table grants one, within budgets and ceilings",
        budgets="outsiders_share_a_budget_that_is_set_by_default "
        "a_person_has_a_budget_of_their_own at_the_limit_nothing_is_left "
        "unreadable_books_close_for_outsiders_and_stay_open_for_writers",
        budget_processes="of_two_runs_that_race_the_older_one_gets_the_budget "
        "money_of_ten_runs_killed_after_the_model_answered_is_counted",
        spending="the_call_that_would_pass_the_ceiling_is_refused",
        policy="a_policy_can_only_go_below_the_ceilings_in_code",
    ),
    _row(
        "T35",
        "logs hold counts and names of ours, never a prompt, an answer or a key",
        action="every_secret_is_masked_in_one_line "
        "a_secret_of_several_lines_is_masked_whole_and_line_by_line",
        wire__faults="a_code_is_shown_and_the_message_is_not",
        reply="an_error_quotes_nothing_of_the_reply",
        policy="a_value_is_never_quoted_because_it_could_be_a_secret",
        draft="an_error_quotes_neither_values_nor_keys_of_the_draft",
        payload="a_broken_file_is_one_line_that_quotes_nothing",
    ),
    _row(
        "T38",
        "hooks run nothing of a repository, offline at first, and stop no commit",
        staged="hostile_repository_runs_nothing "
        "hostile_repository_would_run_programs_without_the_flags",
        plumbing="git_that_hangs_is_stopped",
        git="hostile_repository_runs_nothing",
        hooks="hostile_repository_runs_nothing past_its_budget_it_leaves_with_one_line "
        "bug_is_one_line_with_a_log_and_stops_nothing",
        hostile_folder="no_door_runs_anything_of_the_folder_it_stands_in",
        shims="own_hooks_path_of_a_repository_is_not_written_to "
        "only_status_two_of_ours_stops_git",
    ),
    _row(
        "T40",
        "allowed providers are a ceiling; the comment names who was asked",
        assembly="the_input_is_the_ceiling_of_what_the_policy_allows",
        policy_check="a_class_without_an_allowed_provider_is_a_problem",
        footer="the_line_names_task_class_model_tokens_and_cost "
        "fallback_and_escalation_have_their_rows",
        gap="a private repository need not set them; nothing tells it to",
    ),
)
FAULTS = (
    _row(
        "R01",
        "an overloaded model is tried three times, then the next allowed one",
        ask="a_passing_fault_is_tried_three_times_with_growing_waits "
        "the_fourth_try_goes_to_the_next_route "
        "a_wait_is_drawn_from_nothing_to_its_limit",
        faults="R01_model_formats_survive",
    ),
    _row(
        "R02",
        "never earlier than asked; a wait beyond the deadline goes to the next",
        ask="never_earlier_than_asked_for "
        "a_wait_past_the_deadline_goes_to_the_next_route_at_once",
        http="retry_after_comes_along",
        faults="R02_model_formats_survive",
    ),
    _row(
        "R03",
        "a spent quota and a wrong key are not tried again",
        wire__faults="a_spend_limit_is_never_tried_again "
        "a_quota_of_the_day_is_spent_whatever_wait_it_names "
        "a_wrong_key_said_with_400_is_still_a_wrong_key",
        faults="R03_model_formats_survive",
        end_to_end="a_wrong_key_costs_the_answer_and_not_the_findings",
    ),
    _row(
        "R04",
        "too long: halved once, then a larger window, and what was read is said",
        wire__faults="every_way_to_say_too_long_is_too_large",
        answer="a_prompt_too_large_is_halved_once "
        "a_prompt_still_too_large_is_no_answer",
        context__fit="a_character_outside_ascii_counts_as_a_token_or_more "
        "the_least_important_goes_first_and_is_named",
        faults="R04_model_formats_survive",
    ),
    _row(
        "R05",
        "always streamed, under one deadline and an idle limit",
        providers__contract="always_streams_and_never_samples",
        http="a_dripping_stream_ends_at_the_deadline "
        "a_silent_stream_ends_at_the_deadline",
        faults="R05_a_slow_drip_ends_at_the_deadline",
    ),
    _row(
        "R06",
        "an error or an end inside of a stream throws the half away",
        providers__contract="a_stream_cut_anywhere_is_never_an_answer "
        "an_error_in_the_stream_is_mapped",
        ask="a_cut_stream_is_thrown_away_and_asked_for_again",
        faults="R06_model_formats_survive",
    ),
    _row(
        "R07",
        "a refusal is one notice, with the next allowed model asked once",
        providers__contract="a_refusal_is_refused",
        ask="a_refusal_is_recorded_and_the_next_route_asked all_refused_is_refused",
        faults="R07_model_formats_survive",
    ),
    _row(
        "R08",
        "broken JSON is repaired once or given up; raw text is never posted",
        reply="the_object_is_found what_does_not_fit_is_refused",
        answer="a_broken_reply_is_repaired_once "
        "a_second_broken_reply_ends_without_an_answer",
        faults="R08_model_formats_survive",
    ),
    _row(
        "R09",
        "a page, a redirect or a bomb in place of an answer is a fault",
        http="every_fault_is_a_provider_error",
        github__client="a_page_instead_of_an_answer_is_a_fault",
        faults="R09_model_formats_survive R09_github_sends_no_end "
        "what_github_does_not_give_is_missing_and_no_error "
        "a_log_store_that_redirects_is_not_followed",
        github__answers="a_bomb_instead_of_an_answer_is_a_fault "
        "the_cap_outlives_a_connection",
    ),
    _row(
        "R10",
        "GitHub's hourly limit is waited for inside the run only, with a floor kept",
        github__pace="R10_a_reset_that_is_near_is_waited_for "
        "R10_a_reset_beyond_the_run_is_not_waited_for "
        "R10_the_last_requests_are_left_to_other_workflows",
        faults="github_survives",
    ),
    _row(
        "R11",
        "the secondary limit: a minute, then two; writes apart",
        github__pace="R11_without_a_time_it_waits_a_minute_then_two "
        "R11_writes_keep_a_second_apart_and_three_before_people_are_told",
        faults="github_survives",
    ),
    _row(
        "R12",
        "a block of writing stops all writes of the run",
        github__pace="R12_a_block_stops_all_writes_of_the_run",
        faults="github_survives",
    ),
    _row(
        "R13",
        "a lost answer is looked for before anything is written again",
        sticky="a_create_whose_answer_was_lost_is_found_and_not_repeated "
        "a_create_that_had_no_effect_is_tried_once_more",
        github__publisher="a_comment_whose_answer_was_lost_is_not_written_twice",
        github__review_post="a_review_whose_answer_was_lost_is_not_posted_twice",
        github__tracking="an_issue_whose_answer_was_lost_is_not_opened_twice",
        end_to_end="a_lost_answer_to_the_comment_leaves_one_comment",
        ledger="the_key_depends_on_every_part_and_on_their_borders",
    ),
    _row(
        "R14",
        "runs again, at once or killed anywhere leave one comment",
        kills="a_comment_cut_off_anywhere_and_run_again_stands_once "
        "a_comment_on_a_pull_request_cut_off_anywhere_stands_once "
        "twins_of_a_race_are_one_again_wherever_the_next_run_is_cut_off "
        "a_tracking_issue_cut_off_anywhere_and_run_again_stands_once",
        races="ten_processes_leave_one_comment_of_the_newest_commit "
        "ten_processes_leave_one_comment_on_an_issue",
        sticky="younger_twins_are_deleted_and_the_oldest_is_edited",
        github__publisher="two_runs_leave_one_comment",
        github__tracking="of_two_runs_that_raced_the_lower_number_stays_and_the_"
        "other_points_to_it",
    ),
    _row(
        "R15",
        "a head that moved gets nothing",
        publish="a_stale_head_gets_nothing",
        end_to_end="a_head_that_moved_gets_nothing",
    ),
    _row(
        "R16",
        "commands have groups of their own; a run that is cancelled leaves no half",
        workflows="command_and_change_have_groups_of_their_own",
        github__review_post="a_first_review_cut_off_and_run_again_stands_once "
        "a_later_review_cut_off_anywhere_and_run_again_says_nothing_twice",
        kills="a_comment_cut_off_anywhere_and_run_again_stands_once",
        races="a_cancelled_process_leaves_nothing_half",
    ),
    _row(
        "R17",
        "lines are checked at the commit; a refused review is posted once without",
        review_post="what_github_refuses_all_goes_to_the_summary_once "
        "one_bad_line_does_not_cost_the_others_theirs",
        verify__positions="lines_outside_one_hunk_carry_nothing",
        github__publisher="a_line_outside_the_diff_refuses_the_whole_review",
    ),
    _row(
        "R18",
        "a body has 65,000 units at most, closed, with footer and marker",
        markdown="length_counts_what_github_counts "
        "a_cut_closes_fences_and_folds_and_links_to_the_whole",
        sticky="a_body_never_passes_the_limit_and_keeps_footer_and_marker",
        github__publisher="the_longest_body_we_write_is_one_that_github_takes",
        attacks="no_body_grows_beyond_what_github_takes",
    ),
    _row(
        "R19",
        "a diff that GitHub refuses is read by files, and what was read is said",
        github__changes="a_diff_that_github_refuses_is_read_file_by_file "
        "more_than_300_files_are_read_by_pages a_list_that_github_cut_is_named",
        context__pack="coverage_names_what_was_skipped_and_what_was_not_read",
    ),
    _row(
        "R20",
        "a log that ran out, is gone, empty or silent is said and not invented",
        github__reader="an_expired_address_is_asked_for_again_once",
        github__runs="a_log_that_expired_says_so_and_is_asked_for_once "
        "a_startup_failure_has_no_jobs an_empty_log_is_named",
        context__log="no_error_is_said_and_not_invented "
        "bytes_that_are_no_text_are_read_as_far_as_they_go",
        tasks__triage="a_log_without_an_error_claims_nothing",
    ),
    _row(
        "R21",
        "a token that may only read: the answer is in the job summary",
        end_to_end="a_read_only_token_leaves_the_answer_in_the_summary",
        github__publisher="a_token_that_may_only_read_is_told_so",
        publish="a_read_only_token_leaves_the_answer_to_the_summary",
    ),
    _row(
        "R22",
        "an item that is gone, locked or closed is no fault",
        publish="an_item_that_is_gone_is_no_fault",
        github__publisher="a_locked_item_takes_no_comment",
        case="a_closed_item_is_left_alone_before_any_permission",
    ),
    _row(
        "R23",
        "odd payloads are read or skipped: no traceback, no quote",
        payload="null_anywhere_never_breaks_the_reading "
        "any_json_is_an_event_or_unreadable",
        end_to_end="a_broken_payload_is_a_usage_error_in_one_line "
        "a_field_of_a_wrong_type_is_skipped an_unknown_event_is_skipped_in_one_line",
        hostile="a_model_that_obeys_gets_nothing_done",
    ),
    _row(
        "R24",
        "pages end at a cap and lead nowhere else",
        github__client="pages_end_at_the_cap no_link_header_leads_elsewhere",
        faults="R24_pages_that_never_end_do_end",
    ),
    _row(
        "R25",
        "a broken policy is named with line and key; a change's own is only a finding",
        end_to_end="a_policy_that_does_not_hold_is_named_with_line_and_key "
        "the_policy_of_a_pull_request_changes_nothing",
        policy="all_mistakes_are_told_at_once_but_not_more_than_ten",
    ),
    _row(
        "R26",
        "the job summary is cut to 900 KiB and never fails a step",
        action="the_summary_is_cut_to_what_github_takes "
        "a_summary_that_cannot_be_written_fails_nothing",
        markdown="a_job_summary_is_cut_by_bytes",
    ),
    _row(
        "R27",
        "deadlines by the monotonic clock, GitHub's times by GitHub's clock",
        github__pace="the_servers_clock_says_how_long",
        github__records="clocks_that_disagree_lose_no_comment",
        source_rules="deadlines_go_by_the_monotonic_clock",
    ),
    _row(
        "R28",
        "only what failed on the old code or reached new lines, and is steady, holds",
        tasks__test="suggested_tests_say_that_nobody_ran_them",
        verify__examine="a_test_that_holds_says_what_it_proved "
        "what_fails_only_sometimes_is_no_bug_and_no_test "
        "lines_that_the_tests_there_reach_already_prove_nothing",
    ),
    _row(
        "R29",
        "a newer marker is another routebot's and left alone",
        sticky="a_newer_marker_is_left_alone",
        ledger="a_newer_version_is_seen_and_not_understood",
    ),
    _row(
        "R30",
        "Python 3.11 to 3.14",
        supply="CI_runs_the_oldest_and_the_newest_python",
        action_yml="python_that_is_too_old_is_said",
        shims="path_of_windows_with_spaces_and_brackets_is_kept_whole",
        gap="nothing runs on macOS or Windows; 3.13 is between two that do run",
    ),
)
TABLES = {
    "input side": INPUT,
    "identity, timing, state": IDENTITY,
    "workflow and runner": RUNNER,
    "output side, cost, local": OUTPUT,
    "faults": FAULTS,
}
ROWS = tuple(row for rows in TABLES.values() for row in rows)
